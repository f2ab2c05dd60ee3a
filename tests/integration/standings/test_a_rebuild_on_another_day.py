"""A rebuild makes the boards of the day on which it runs, and leaves those of a day that has begun meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.standings.board_updates import service
from tests.support.boards import Boards, starts, sums
from tests.support.contest import Contest

NBA = "basketball_nba"
NIGHT = datetime(2024, 1, 10, 20, tzinfo=UTC)
LATER = NIGHT + timedelta(days=2)


def won(contest: Contest, user: int, tip_off: datetime) -> int:
    """Let the user win a pick on a game that is settled three hours after its tip-off. Return the game."""
    game = contest.game(tip_off)
    contest.pick(user, contest.quote(game, "moneyline", "home", None, -110))
    contest.final(game, 100, 90, tip_off + timedelta(hours=3))
    with transaction() as connection:
        settle(connection, tip_off + timedelta(hours=3))
    return game


def wins(boards: Boards, period: str, user: int) -> int:
    row = boards[period, (NBA,), None].get(user)
    return 0 if row is None else int(row["wins"])


def rebuilt(database: str, at: datetime) -> Boards:
    with clock.held_at(at):
        service.rebuild()
    return sums(database)


@pytest.fixture
def anna(contest: Contest) -> int:
    return contest.user()


def test_the_boards_of_days_that_are_over_go(contest: Contest, database: str, anna: int) -> None:
    won(contest, anna, NIGHT)
    assert wins(sums(database), "day", anna) == 1
    boards = rebuilt(database, LATER)
    assert (wins(boards, "day", anna), wins(boards, "all", anna)) == (0, 1)
    first_days = {first for period, _, first in starts(database) if period == "day"}
    assert first_days == {LATER.date()}


def test_the_boards_of_a_day_that_has_begun_meanwhile_stay(contest: Contest, database: str, anna: int) -> None:
    """The rebuild read the clock before midnight, and waited for a settlement of the new day."""
    for night in (NIGHT, LATER - timedelta(days=1), LATER):
        won(contest, anna, night)
    before = sums(database)
    assert (wins(before, "day", anna), wins(before, "all", anna)) == (1, 3)
    assert rebuilt(database, LATER - timedelta(days=1)) == before


def test_rows_that_went_wrong_are_put_right(contest: Contest, database: str, anna: int) -> None:
    won(contest, anna, NIGHT)
    before = sums(database)
    contest.connection.execute("UPDATE standings SET wins = wins + 5, total_units = 99")
    assert rebuilt(database, NIGHT + timedelta(hours=3)) == before


def test_who_has_nothing_left_is_on_no_board(contest: Contest, database: str, anna: int) -> None:
    game = won(contest, anna, NIGHT)
    contest.void(game, NIGHT + timedelta(hours=4))
    with transaction() as connection:
        settle(connection, NIGHT + timedelta(hours=4))
    assert set(sums(database)["all", (NBA,), None]) == set()
    assert set(rebuilt(database, NIGHT + timedelta(hours=5))["all", (NBA,), None]) == set()
