"""GET /users/{username} through the deployed file."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import call
from tests.support.ledger import moneyline, public, settle_now
from tests.support.picking import set_pick_rules
from tests.support.profiles import SPLITS, ask, profile, records

NOTHING = {
    "total_units": 0.0,
    "total_wagered": 0.0,
    "roi": None,
    "wins": 0,
    "losses": 0,
    "pushes": 0,
    "picks": 0,
    "win_rate": None,
    "clv_percent": None,
}


@pytest.fixture(autouse=True)
def _pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


def test_a_newcomer_has_zeros(contest: Contest) -> None:
    contest.user("Anna")
    assert profile("Anna") == {
        "username": "Anna",
        "created_at": "2023-10-07T00:30:00Z",
        "totals": {"rank": None, **NOTHING},
        "record": {"wins": 0, "losses": 0, "pushes": 0, "voids": 0},
        "by_market": dict.fromkeys(("moneyline", "spread", "total"), NOTHING),
        "by_role": dict.fromkeys(("favourite", "underdog", "neither"), NOTHING),
        "by_venue": dict.fromkeys(("home", "away", "neither"), NOTHING),
        "profit_curve": [],
        "latest_picks": [],
    }


def test_a_name_is_found_in_any_case_and_shown_in_its_own(contest: Contest) -> None:
    contest.user("Anna-K_1")
    assert profile("aNNA-k_1")["username"] == "Anna-K_1"


def test_an_unknown_name_is_404(contest: Contest) -> None:
    contest.user("Anna")
    ask("Annabel").problem(404, "USER_NOT_FOUND")


@pytest.mark.parametrize("name", ["me", "a" * 31, "a%00b", "a.b.c"])
def test_what_cannot_be_a_name_is_422(contest: Contest, name: str) -> None:
    assert contest
    assert ask(name).problem(422, "INVALID_VALUE")["errors"][0]["field"] == "username"


def test_splits_by_market_role_and_venue(contest: Contest) -> None:
    anna, game = contest.user("Anna"), contest.game()
    other = contest.game()
    for quote in (
        contest.quote(game, "moneyline", "home", None, -150, probability=Decimal("0.58")),  # favourite, home: +0.6667
        contest.quote(game, "spread", "away", Decimal("4.5"), 100),  # underdog, away, beaten by 10: -1
        contest.quote(game, "total", "over", Decimal("189.5"), 120),  # neither, neither: +1.2
        contest.quote(other, "moneyline", "away", None, 100, probability=Decimal("0.5")),  # neither, away, loses: -1
        contest.quote(other, "spread", "home", Decimal(-10), 100),  # favourite, home: a push
    ):
        contest.pick(anna, quote)
    contest.final(game, 100, 90)
    contest.final(other, 100, 90)
    settle_now()
    found = profile("Anna")
    assert found["record"] == {"wins": 2, "losses": 2, "pushes": 1, "voids": 0}
    assert (found["totals"]["rank"], found["totals"]["total_units"], found["totals"]["roi"]) == (1, -0.1333, -2.67)
    assert records(found["by_market"]) == {
        "moneyline": (1, 1, 0, -0.3333),
        "spread": (0, 1, 1, -1.0),
        "total": (1, 0, 0, 1.2),
    }
    assert records(found["by_role"]) == {
        "favourite": (1, 0, 1, 0.6667),
        "underdog": (0, 1, 0, -1.0),
        "neither": (1, 1, 0, 0.2),
    }
    assert records(found["by_venue"]) == {
        "home": (1, 0, 1, 0.6667),
        "away": (0, 2, 0, -2.0),
        "neither": (1, 0, 0, 1.2),
    }


def test_a_part_has_the_ratios_of_a_board(contest: Contest) -> None:
    """A user who picks only one market has a single part. It equals the board's row to the last decimal."""
    anna, bert = contest.user("Anna"), contest.user("Bert")
    for number, price in enumerate((-137, -110, 145, 110, -163, 205, -101)):
        quote = contest.quote(game := contest.game(), "spread", "home", Decimal("-2.5"), price)
        contest.pick(anna, quote, Decimal(1 + number % 3))
        contest.pick(bert, quote)
        contest.final(game, 100, 99 if number in {1, 4} else 90)
    settle_now()
    found = profile("Anna")
    assert found["totals"]["roi"]
    assert found["by_market"]["spread"] == {key: found["totals"][key] for key in found["by_market"]["spread"]}
    assert found["by_role"]["favourite"] == found["by_venue"]["home"] == found["by_market"]["spread"]


def test_the_curve_has_a_point_for_each_date_of_games_and_ends_at_the_totals(contest: Contest) -> None:
    anna = contest.user("Anna")
    midnight = TIP_OFF.replace(hour=5, minute=0)  # in New York
    days = [
        midnight,
        midnight - timedelta(microseconds=1),
        midnight + timedelta(hours=23),
        midnight - timedelta(days=9),
    ]
    games = [contest.game(tip_off) for tip_off in days]
    for game, price in zip(games, (-200, 150, 100, -110), strict=True):
        contest.pick(anna, contest.quote(game, "moneyline", "home", None, price))
    for game, away in zip(games, (0, 0, 2, 2), strict=True):
        contest.final(game, 1, away)
    settle_now()
    found = profile("Anna")
    assert found["profit_curve"] == [
        {"day": "2023-12-27", "units": -1.0, "total_units": -1.0},
        {"day": "2024-01-04", "units": 1.5, "total_units": 0.5},
        {"day": "2024-01-05", "units": -0.5, "total_units": 0.0},
    ]
    assert found["totals"]["total_units"] == 0.0


def test_a_day_whose_results_are_gone_has_no_point(contest: Contest) -> None:
    anna = contest.user("Anna")
    games = [contest.game(TIP_OFF + timedelta(days=day)) for day in range(3)]
    for game in games:
        moneyline(contest, anna, game)
        contest.final(game, 1, 0)
    settle_now()
    contest.void(games[0])
    contest.reopen(games[1])
    settle_now()
    found = profile("Anna")
    assert found["profit_curve"] == [{"day": "2024-01-06", "units": 0.9091, "total_units": 0.9091}]
    assert found["record"] == {"wins": 1, "losses": 0, "pushes": 0, "voids": 1}


def test_a_corrected_result_moves_curve_splits_and_record(contest: Contest) -> None:
    anna, game = contest.user("Anna"), contest.game()
    moneyline(contest, anna, game)
    contest.final(game, 1, 0)
    settle_now()
    contest.final(game, 0, 1)
    settle_now()
    found = profile("Anna")
    assert found["record"] == {"wins": 0, "losses": 1, "pushes": 0, "voids": 0}
    assert records(found["by_venue"]) == {"home": (0, 1, 0, -1.0)}
    assert found["profit_curve"] == [{"day": "2024-01-04", "units": -1.0, "total_units": -1.0}]


def test_the_latest_settled_picks_are_those_of_the_public_ledger(contest: Contest) -> None:
    anna, bert = contest.user("Anna"), contest.user("Bert")
    for day in range(12):
        game = contest.game(TIP_OFF - timedelta(days=day))
        quote = contest.quote(game, "moneyline", "home", None, -110)
        contest.pick(anna, quote)
        contest.pick(bert, quote)
        contest.final(game, 1, 0)
    settle_now()
    expected = [{key: pick[key] for key in pick if key != "username"} for pick in public(username="anna", limit="10")]
    assert profile("anna")["latest_picks"] == expected
    assert len(expected) == 10


def test_nothing_of_what_is_pending_and_no_address(contest: Contest) -> None:
    anna, game = contest.user("Anna"), contest.game()
    before = profile("Anna")
    moneyline(contest, anna, game)
    assert profile("Anna", TIP_OFF - timedelta(hours=5)) == profile("Anna") == before
    assert "example.com" not in str(before)
    assert "argon2" not in str(before)


def test_a_result_of_a_game_that_may_come_back_is_not_among_the_latest_before_its_tip_off(contest: Contest) -> None:
    anna, game = contest.user("Anna"), contest.game()
    moneyline(contest, anna, game)
    early = TIP_OFF - timedelta(hours=9)
    contest.void(game, early)
    settle_now()
    assert profile("Anna", early)["latest_picks"] == []
    [pick] = profile("Anna", TIP_OFF)["latest_picks"]
    assert pick["result"] == "void"


def test_everybody_sees_the_same(contest: Contest) -> None:
    anna = contest.user("Anna")
    assert call("get_profile", "GET", "/users/Anna", user=(anna, "Anna")).body == profile("Anna")
    assert set(SPLITS) < set(profile("Anna"))
