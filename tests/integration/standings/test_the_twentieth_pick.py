"""A ratio is ranked from the twentieth graded pick on, and units from the first."""

from datetime import timedelta

import pytest

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.standings.rules import Sort
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import call


def ranked(contest: Contest, picks: int, sort: Sort) -> bool:
    """Return whether somebody with so many graded picks, each with a close, is on the board."""
    user = contest.user("anna")
    for _ in range(picks):
        game = contest.game()
        contest.pick(user, contest.quote(game, "moneyline", "home", None, -110, captured_at=TIP_OFF))
        contest.final(game, 100, 90)
    with transaction() as connection:
        settle(connection, TIP_OFF + timedelta(hours=4))
    answer = call("get_leaderboard", "GET", "/leaderboard", query={"sort": sort})
    assert answer.status == 200, answer.body
    return [row["username"] for row in answer.body["leaderboard"]] == ["anna"]


@pytest.mark.parametrize("sort", ["roi", "clv", "skill"])
def test_a_ratio_needs_twenty(contest: Contest, sort: Sort) -> None:
    assert not ranked(contest, 19, sort)


@pytest.mark.parametrize("sort", ["roi", "clv", "skill"])
def test_twenty_are_enough(contest: Contest, sort: Sort) -> None:
    assert ranked(contest, 20, sort)


def test_units_need_one(contest: Contest) -> None:
    assert ranked(contest, 1, "units")
