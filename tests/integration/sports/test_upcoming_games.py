"""GET /games/upcoming through the deployed file."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.config import settings
from tests.support.gateway import Answer, call
from tests.support.markets import (
    AWAY,
    BOTH_BOOKS,
    CAPTURED,
    HOME,
    TIP_OFF,
    final,
    fixture,
    list_game,
    moneyline,
    odds,
    record,
    store,
)

MARGIN = timedelta(seconds=120)
NOW = CAPTURED + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("open_roster")


@pytest.fixture(autouse=True)
def _stage(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCK_MARGIN_SECONDS", "120")
    monkeypatch.setenv("MAX_ODDS_AGE_HOURS", "26")
    settings.cache_clear()


def ask(at: datetime = NOW, **query: str) -> Answer:
    with clock.held_at(at):
        return call("list_upcoming_games", "GET", "/games/upcoming", query=query or None, user=(41, "ann"))


def slate(games: int) -> None:
    """Pairs of games with the same tip-off, inserted in no particular order."""
    store(
        *(
            odds(fixture(f"{number:032x}", home=f"Home {number}", tip_off=TIP_OFF + number // 2 * MINUTE))
            for number in reversed(range(games))
        )
    )


def names(answer: Answer) -> list[str]:
    return [game["home_team"] for game in answer.body["games"]]


def test_a_game_is_shown_with_its_quotes(database: str) -> None:
    known = list_game()

    answer = ask()

    assert answer.status == 200
    ids = {side: quote.id for side, quote in known.quotes.items()}

    def quote(market: Any, selection: Any, line: float | None, price: int, probability: float) -> dict[str, Any]:
        return {
            "quote_id": ids[market, selection],
            "selection": selection,
            "line": line,
            "price": price,
            "probability": probability,
            "books": 2,
        }

    assert answer.body == {
        "games": [
            {
                "id": known.id,
                "sport": "basketball_nba",
                "home_team": HOME,
                "away_team": AWAY,
                "day_number": 1,
                "commence_time": "2024-01-11T00:10:00Z",
                "status": "scheduled",
                "home_score": None,
                "away_score": None,
                "markets": [
                    {
                        "market": "moneyline",
                        "captured_at": "2024-01-10T23:10:00Z",
                        "quotes": [
                            quote("moneyline", "home", None, -140, 0.562),
                            quote("moneyline", "away", None, 120, 0.438),
                        ],
                    },
                    {
                        "market": "spread",
                        "captured_at": "2024-01-10T23:10:00Z",
                        "quotes": [
                            quote("spread", "home", -2.5, -110, 0.5),
                            quote("spread", "away", 2.5, -110, 0.5),
                        ],
                    },
                    {
                        "market": "total",
                        "captured_at": "2024-01-10T23:10:00Z",
                        "quotes": [
                            quote("total", "over", 220.5, -108, 0.4957),
                            quote("total", "under", 220.5, -112, 0.5043),
                        ],
                    },
                ],
            }
        ],
        "next_cursor": None,
    }


def test_a_quote_that_moved_gives_way_to_its_successor(database: str) -> None:
    old = list_game()
    moved = tuple(moneyline(name, -150, 130) for name in ("draftkings", "fanduel"))
    store(odds(markets=moved), at=CAPTURED + MINUTE)

    (game,) = ask().body["games"]

    (market,) = game["markets"]
    assert [quote["price"] for quote in market["quotes"]] == [-150, 130]
    assert old.quote("moneyline", "home").id not in [quote["quote_id"] for quote in market["quotes"]]


def test_no_games_are_an_empty_list(database: str) -> None:
    assert ask().body == {"games": [], "next_cursor": None}


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 100])
def test_pages_show_every_game_once_soonest_first(database: str, limit: int) -> None:
    slate(7)
    shown, cursor, pages = [], None, 0
    while cursor is not None or not pages:
        answer = ask(limit=str(limit), **({"cursor": cursor} if cursor else {}))
        assert len(answer.body["games"]) <= limit
        shown += [(game["commence_time"], game["id"]) for game in answer.body["games"]]
        cursor, pages = answer.body["next_cursor"], pages + 1
    assert shown == sorted(set(shown))
    assert (len(shown), pages) == (7, -(-7 // limit))


def test_a_page_has_50_games_unless_told_otherwise(database: str) -> None:
    slate(51)
    answer = ask()
    assert len(answer.body["games"]) == 50
    assert len(ask(cursor=answer.body["next_cursor"]).body["games"]) == 1


def test_a_game_between_pages_neither_hides_nor_repeats_others(database: str) -> None:
    slate(4)
    first = ask(limit="2")
    store(odds(fixture("f" * 32, home="Newcomer", tip_off=TIP_OFF - MINUTE)), at=CAPTURED + MINUTE)
    second = ask(limit="2", cursor=first.body["next_cursor"])
    assert names(first) + names(second) == ["Home 0", "Home 1", "Home 2", "Home 3"]


def test_a_game_locks_a_margin_before_its_tip_off(database: str) -> None:
    list_game()
    assert names(ask(TIP_OFF - MARGIN - timedelta(microseconds=1))) == [HOME]
    assert names(ask(TIP_OFF - MARGIN)) == []


def test_only_scheduled_games_are_shown(database: str) -> None:
    moved, over = "b" * 32, "c" * 32
    store(odds(), odds(fixture(moved, home="Moved")), odds(fixture(over, home="Over", tip_off=TIP_OFF - 2 * MINUTE)))
    store(odds(fixture(moved, home="Moved", tip_off=TIP_OFF + timedelta(days=2))), at=CAPTURED + MINUTE)
    record(final(fixture(over, home="Over", tip_off=CAPTURED), 1, 0), at=CAPTURED + 2 * MINUTE)

    shown = ask().body["games"]

    assert [(game["home_team"], game["commence_time"]) for game in shown] == [
        (HOME, "2024-01-11T00:10:00Z"),
        ("Moved", "2024-01-13T00:10:00Z"),
    ]


def test_a_quote_too_old_to_be_picked_is_not_shown(database: str) -> None:
    list_game(fixture(tip_off=CAPTURED + timedelta(days=3)))
    oldest = CAPTURED + timedelta(hours=26)
    assert len(ask(oldest).body["games"][0]["markets"]) == 3
    assert ask(oldest + timedelta(microseconds=1)).body["games"][0]["markets"] == []


def test_a_game_without_a_quote_is_listed(database: str) -> None:
    list_game(markets=BOTH_BOOKS[:3])
    (game,) = ask().body["games"]
    assert (game["home_team"], game["markets"]) == (HOME, [])


def test_one_sport_can_be_asked_for(database: str) -> None:
    list_game()
    assert names(ask(sport="basketball_nba")) == [HOME]
    answer = ask(sport="curling")
    assert answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"sport"}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "1.5", ""])
def test_a_page_size_out_of_bounds(limit: str) -> None:
    answer = ask(limit=limit)
    assert answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"limit"}


def test_an_unknown_filter_is_refused(database: str) -> None:
    answer = ask(sprot="basketball_nba")
    assert answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"sprot"}


def cursor(*position: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "rubbish",
        "%00",
        cursor(),
        cursor("2024-01-11T00:10:00+00:00"),
        cursor("2024-01-11T00:10:00", 1),
        cursor("tomorrow", 1),
        cursor(7, 1),
        cursor("2024-01-11T00:10:00+00:00", "1"),
        cursor("2024-01-11T00:10:00+00:00", 2**63),
        cursor("\x00", 1),
        "x" * 513,
    ],
)
def test_a_cursor_that_this_list_did_not_write(database: str, bad: str) -> None:
    answer = ask(cursor=bad)
    assert answer.status == 422, answer.body
    assert answer.fields() == {"cursor"}


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_cursor_at_the_ends_of_time_is_a_place_in_the_list(database: str, moment: str) -> None:
    list_game()
    answer = ask(cursor=cursor(moment, 1))
    assert (answer.status, len(answer.body["games"])) == (200, 1 if moment < "1" else 0)


def test_without_an_identity_nothing_is_shown(database: str) -> None:
    list_game()
    answer = call("list_upcoming_games", "GET", "/games/upcoming")
    answer.problem(401, "UNAUTHENTICATED")
