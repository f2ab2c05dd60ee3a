"""GET /leaderboard/me through the deployed file."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pickvs.core import clock
from tests.support.contest import TIP_OFF, Contest
from tests.support.full_board import AT, fill, settle_now
from tests.support.gateway import Answer, call

NOBODY_GRADED = {
    "total_units": 0.0,
    "total_wagered": 0.0,
    "roi": None,
    "wins": 0,
    "losses": 0,
    "pushes": 0,
    "picks": 0,
    "win_rate": None,
    "clv_percent": None,
    "skill": None,
    "skill_low": None,
    "skill_high": None,
    "rank": None,
}


def ask(user: int, name: str = "somebody", **query: str) -> Answer:
    with clock.held_at(AT):
        return call("get_my_standing", "GET", "/leaderboard/me", user=(user, name), query=query or None)


def mine(user: int, **query: str) -> dict[str, Any]:
    answer = ask(user, **query)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def whole_board(**query: str) -> list[dict[str, Any]]:
    with clock.held_at(AT):
        answer = call("get_leaderboard", "GET", "/leaderboard", query={**query, "limit": "100"})
    return list(answer.body["leaderboard"])


def test_before_anything_was_graded(contest: Contest) -> None:
    anna = contest.user("anna")
    assert mine(anna) == {
        "standing": {"username": "anna", **NOBODY_GRADED},
        "above": [],
        "below": [],
        "picks_missing": 1,
        "starts_on": None,
        "ends_on": None,
        "as_of": None,
    }


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"sort": "roi"},
        {"sort": "clv"},
        {"sort": "skill", "period": "season"},
        {"market": "total", "sport": "basketball_nba"},
        {"period": "day"},
    ],
)
def test_everybody_sees_the_board_around_their_own_row(contest: Contest, query: dict[str, str]) -> None:
    users = fill(contest, 11)
    whole = whole_board(**query)
    assert len(whole) == 11
    for number, row in enumerate(whole):
        seen = mine(users[row["username"]], **query)
        assert seen["standing"] == row
        assert seen["above"] == whole[max(0, number - 3) : number]
        assert seen["below"] == whole[number + 1 : number + 4]
        assert seen["picks_missing"] == 0
        assert seen["as_of"] == "2024-01-05T04:30:00Z"


def test_who_has_too_few_picks_sees_how_many_are_missing(contest: Contest) -> None:
    fill(contest, 3)
    anna = contest.user("anna")
    game = contest.game(TIP_OFF - timedelta(hours=1))
    contest.pick(anna, contest.quote(game, "moneyline", "home", None, 120), Decimal(5))
    contest.pick(anna, contest.quote(game, "total", "over", Decimal(190), 120), Decimal(5))
    contest.final(game, 100, 95)
    settle_now()
    for sort in ("roi", "clv", "skill"):
        seen = mine(anna, sort=sort)
        assert (seen["standing"]["rank"], seen["picks_missing"]) == (None, 18)
        assert (seen["standing"]["picks"], seen["standing"]["roi"]) == (2, 120.0)
        assert seen["above"] == seen["below"] == []
    assert (mine(anna)["standing"]["rank"], mine(anna)["picks_missing"]) == (1, 0)
    assert mine(anna, market="spread")["standing"] == {"username": "anna", **NOBODY_GRADED}
    assert mine(anna, market="spread")["picks_missing"] == 1


def test_who_never_had_a_closing_line_is_not_ranked_by_it(contest: Contest) -> None:
    anna = contest.user("anna")
    for day in range(20):
        game = contest.game(TIP_OFF - timedelta(days=day))
        early = TIP_OFF - timedelta(days=day, hours=5)
        contest.pick(anna, contest.quote(game, "moneyline", "home", None, 120, made_at=early))
        contest.final(game, 100, 95)
    settle_now()
    seen = mine(anna, sort="clv")
    assert (seen["standing"]["rank"], seen["standing"]["clv_percent"], seen["picks_missing"]) == (None, None, 0)
    assert mine(anna, sort="skill")["standing"]["rank"] == 1


def test_of_a_period_that_has_just_begun_there_is_nothing_yet(contest: Contest) -> None:
    users = fill(contest, 2)
    with clock.held_at(AT + timedelta(days=1)):
        query = {"period": "day"}
        seen = call("get_my_standing", "GET", "/leaderboard/me", user=(users["user-1"], "user-1"), query=query).body
    assert (seen["standing"]["picks"], seen["picks_missing"], seen["as_of"]) == (0, 1, None)
    assert (seen["starts_on"], seen["ends_on"]) == ("2024-01-05", "2024-01-05")


def test_a_key_that_may_read_picks_may_ask(contest: Contest) -> None:
    anna = (contest.user("anna"), "anna")
    assert call("get_my_standing", "GET", "/leaderboard/me", user=anna, scopes="picks:read").status == 200
    call("get_my_standing", "GET", "/leaderboard/me", user=anna, scopes="picks:write").problem(403, "SCOPE_REQUIRED")
    call("get_my_standing", "GET", "/leaderboard/me").problem(401, "UNAUTHENTICATED")


def test_who_is_not_there_any_more_is_refused(contest: Contest) -> None:
    assert contest
    ask(4711).problem(401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"period": "year"}, "period"),
        ({"market": "h2h"}, "market"),
        ({"sort": "luck"}, "sort"),
        ({"sport": "chess"}, "sport"),
        ({"limit": "5"}, "limit"),
    ],
)
def test_bad_filters_are_named(contest: Contest, query: dict[str, str], field: str) -> None:
    answer = ask(contest.user("anna"), **query)
    answer.problem(422, "INVALID_VALUE")
    assert field in answer.fields()
