"""GET /games/{game_id} through the deployed file."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.contest import Contest
from tests.support.games import decide
from tests.support.gateway import Answer, call
from tests.support.markets import (
    AWAY,
    CAPTURED,
    HOME,
    TIP_OFF,
    book,
    final,
    fixture,
    list_game,
    moneyline,
    odds,
    record,
    spread,
    store,
    total,
)

MINUTE = timedelta(minutes=1)
OVER = TIP_OFF + timedelta(hours=3)


def ask(game_id: object) -> Answer:
    return call("get_game", "GET", f"/games/{game_id}")


def quotes(answer: Answer, market: str) -> dict[str, dict[str, Any]]:
    """Return the consensus of one market, by selection."""
    (found,) = [each for each in answer.body["markets"] if each["market"] == market]
    return {quote["selection"]: quote for quote in found["quotes"]}


def board(answer: Answer, bookmaker: str) -> dict[tuple[str, str], tuple[float | None, int, str]]:
    """Return line, price and time, by market and selection."""
    (found,) = [each for each in answer.body["bookmakers"] if each["bookmaker"] == bookmaker]
    return {
        (market["market"], side["selection"]): (side["line"], side["price"], side["captured_at"])
        for market in found["markets"]
        for side in market["sides"]
    }


def test_a_game_in_full(database: str) -> None:
    known = list_game(markets=(moneyline("a", -140, 120), moneyline("b", -140, 125)))

    answer = ask(known.id)

    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=30"
    # -140 is 7/12 and +120 is 5/11, together 137/132: in proportion 77/137 and 60/137. By Shin's model half the
    # margin of 5/132 comes off each: 149/264 and 115/264. The power is 1.0575.
    assert answer.body == {
        "id": known.id,
        "sport": "basketball_nba",
        "home_team": HOME,
        "away_team": AWAY,
        "day_number": 1,
        "commence_time": "2024-01-11T00:10:00Z",
        "status": "scheduled",
        "home_score": None,
        "away_score": None,
        "merged_into": None,
        "markets": [
            {
                "market": "moneyline",
                "captured_at": "2024-01-10T23:10:00Z",
                "quotes": [
                    {
                        "quote_id": known.quote("moneyline", "home").id,
                        "selection": "home",
                        "line": None,
                        "price": -140,
                        "probability": 0.562,
                        "books": 2,
                        "no_vig": {"multiplicative": 0.562, "power": 0.5656, "shin": 0.5644},
                        "best": {"price": -140, "bookmakers": ["a", "b"]},
                    },
                    {
                        "quote_id": known.quote("moneyline", "away").id,
                        "selection": "away",
                        "line": None,
                        "price": 120,
                        "probability": 0.438,
                        "books": 2,
                        "no_vig": {"multiplicative": 0.438, "power": 0.4344, "shin": 0.4356},
                        "best": {"price": 125, "bookmakers": ["b"]},
                    },
                ],
            }
        ],
        "bookmakers": [
            {
                "bookmaker": name,
                "markets": [
                    {
                        "market": "moneyline",
                        "sides": [
                            {
                                "selection": "home",
                                "line": None,
                                "price": -140,
                                "captured_at": "2024-01-10T23:10:00Z",
                            },
                            {
                                "selection": "away",
                                "line": None,
                                "price": price,
                                "captured_at": "2024-01-10T23:10:00Z",
                            },
                        ],
                    }
                ],
            }
            for name, price in (("a", 120), ("b", 125))
        ],
        "result": None,
    }


def test_the_best_price_is_at_the_line_of_the_consensus(database: str) -> None:
    known = list_game(
        markets=(
            spread("a", "-2.5"),
            spread("b", "-2.5", -112, -105),
            spread("c", "-1.5", 150, -170),
            total("c", "220"),
        )
    )
    sides = quotes(ask(known.id), "spread")
    assert (sides["home"]["line"], sides["home"]["best"]) == (-2.5, {"price": -110, "bookmakers": ["a"]})
    assert (sides["away"]["line"], sides["away"]["best"]) == (2.5, {"price": -105, "bookmakers": ["b"]})


def test_three_sides_have_probabilities_by_every_method(database: str) -> None:
    known = list_game(markets=tuple(moneyline(name, 160, 330, 140) for name in ("a", "b")))
    sides = quotes(ask(known.id), "moneyline")
    assert {selection: quote["no_vig"]["shin"] for selection, quote in sides.items()} == {
        "home": 0.373,
        "draw": 0.4048,
        "away": 0.2222,
    }
    for method in ("multiplicative", "power", "shin"):
        assert sum(quote["no_vig"][method] for quote in sides.values()) == pytest.approx(1, abs=0.0002)
    assert all(quote["no_vig"]["multiplicative"] == quote["probability"] for quote in sides.values())


def test_a_books_board_is_what_it_offers_now(database: str) -> None:
    known = list_game()
    moved = (*book("draftkings")[1:], moneyline("draftkings", -150, 130), *book("fanduel")[:1])
    store(odds(markets=moved), at=CAPTURED + MINUTE)

    answer = ask(known.id)

    assert [each["bookmaker"] for each in answer.body["bookmakers"]] == ["draftkings", "fanduel"]
    first, then = "2024-01-10T23:10:00Z", "2024-01-10T23:11:00Z"
    assert board(answer, "draftkings") == {
        ("moneyline", "home"): (None, -150, then),
        ("moneyline", "away"): (None, 130, then),
        ("spread", "home"): (-2.5, -110, first),
        ("spread", "away"): (2.5, -110, first),
        ("total", "over"): (220.5, -108, first),
        ("total", "under"): (220.5, -112, first),
    }
    assert board(answer, "fanduel") == {
        ("moneyline", "home"): (None, -140, first),
        ("moneyline", "away"): (None, 120, first),
    }
    assert [each["market"] for each in answer.body["markets"]] == ["moneyline"]


def test_nobodys_price_is_the_best_where_nobody_offers_the_line_any_more(contest: Contest) -> None:
    game = contest.game()
    contest.quote(game, "moneyline", "home", None, -140)
    contest.quote(game, "moneyline", "away", None, 120)
    assert [quote["best"] for quote in quotes(ask(game), "moneyline").values()] == [None, None]


def test_a_game_that_nobody_offers(contest: Contest) -> None:
    body = ask(contest.game()).body
    assert (body["markets"], body["bookmakers"], body["result"]) == ([], [], None)


def test_the_result_says_who_says_so(database: str) -> None:
    known = list_game()
    record(final(fixture(), 110, 105), at=OVER)
    body = ask(known.id).body
    assert (body["status"], body["home_score"], body["away_score"]) == ("finished", 110, 105)
    assert body["result"] == {
        "outcome": "final",
        "home_score": 110,
        "away_score": 105,
        "began_at": "2024-01-11T00:10:00Z",
        "source": "the_odds_api",
        "reason": None,
        "recorded_at": "2024-01-11T03:10:00Z",
    }


def test_a_correction_by_an_administrator_names_nobody(database: str) -> None:
    known = list_game()
    record(final(fixture(), 110, 105), at=OVER)
    decide(database, "final", 111, 105, status="finished", at=OVER + MINUTE)
    assert ask(known.id).body["result"] == {
        "outcome": "final",
        "home_score": 111,
        "away_score": 105,
        "began_at": None,
        "source": "admin",
        "reason": "the league said so",
        "recorded_at": "2024-01-11T03:11:00Z",
    }


def test_a_void_game_says_why_and_a_reopened_one_has_no_result(database: str) -> None:
    known = list_game()
    decide(database, "void", None, None, status="cancelled", at=OVER)
    body = ask(known.id).body
    assert (body["status"], body["result"]["outcome"], body["result"]["reason"]) == (
        "cancelled",
        "void",
        "the league said so",
    )
    decide(database, "reopened", None, None, status="scheduled", at=OVER + MINUTE)
    assert ask(known.id).body["result"] is None


@pytest.mark.parametrize("game_id", ["7", str(2**63 - 1)])
def test_an_unknown_game(database: str, game_id: str) -> None:
    ask(game_id).problem(404, "GAME_NOT_FOUND")


@pytest.mark.parametrize("game_id", ["0", "-1", str(2**63), "1e3", "one", "1.5", "9" * 400])
def test_what_cannot_be_the_number_of_a_game(database: str, game_id: str) -> None:
    answer = ask(game_id)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"game_id"}
