"""A constructor that joins in the middle of a season, on the boards."""

from datetime import timedelta
from decimal import Decimal

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.boards.leaderboard.schemas import LeagueBoard
from pickvs.fantasy.boards.leaderboard.service import show_board
from pickvs.fantasy.leagues import service as leagues
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, FOUNDED, WEEK, Paddock
from tests.support.race_results import in_order, tell

SUNDAY = FIRST_LOCK + timedelta(days=2, hours=3)


def board_of(user: int, league: int, known: str = "") -> tuple[str, LeagueBoard | None]:
    shown = show_board(user, league, None, known=lambda version: version == known)
    return shown.version, shown.body


def test_everybody_is_on_the_board_from_the_start_and_a_newcomer_at_once(paddock: Paddock) -> None:
    table = paddock.seat(2)
    at_start, board = board_of(table.head.user_id, table.league)
    assert board is not None
    assert [(each.rank, each.tied, each.points) for each in board.places] == 2 * [(1, True, Decimal())]

    for at in (FOUNDED, FIRST_OPENING, FIRST_LOCK):
        paddock.tick(at)
    tell(paddock.events[0], "race", in_order("race", paddock.pool), SUNDAY)
    # One constructor has less than nothing: a newcomer is before it.
    paddock.owner.execute(
        "UPDATE league_totals SET points = -5, rank = 2 WHERE constructor_id = %s", (table.players[1].constructor,)
    )
    seen, board = board_of(table.head.user_id, table.league)
    assert seen != at_start
    assert board is not None
    newcomer = paddock.join(paddock.user(), table.league, "Newcomer", at=SUNDAY)
    after, shown = board_of(table.head.user_id, table.league, known=seen)
    assert after != seen
    assert shown is not None
    assert shown.version == board.version + 1
    assert [(each.constructor_id, each.rank) for each in shown.places] == [
        (table.players[0].constructor, 1),
        (newcomer.id, 2),
        (table.players[1].constructor, 3),
    ]
    assert board_of(table.head.user_id, table.league, known=after) == (after, None)


def test_a_newcomer_is_no_difference_to_a_rebuild_and_has_a_place(paddock: Paddock) -> None:
    table = paddock.seat(2)
    for at in (FOUNDED, FIRST_OPENING, FIRST_LOCK):
        paddock.tick(at)
    tell(paddock.events[0], "race", in_order("race", paddock.pool), SUNDAY)
    newcomer = paddock.join(paddock.user(), table.league, "Newcomer", at=SUNDAY)
    with clock.held_at(SUNDAY), transaction() as connection:
        assert boards.rebuild(connection, [table.league], SUNDAY) == 0
    board = show_board(table.head.user_id, table.league, None, known=lambda _: False).body
    assert board is not None
    assert (board.places[-1].constructor_id, board.places[-1].points) == (newcomer.id, Decimal())

    for at in (FIRST_OPENING + WEEK, FIRST_LOCK + WEEK):
        paddock.tick(at)
    tell(paddock.events[1], "race", in_order("race", paddock.pool[::-1]), SUNDAY + WEEK)
    with clock.held_at(SUNDAY + WEEK), transaction() as connection:
        assert boards.rebuild(connection, [table.league], SUNDAY + WEEK) == 0


def test_a_user_s_leagues_are_listed_with_their_roles(paddock: Paddock) -> None:
    ada, bert = paddock.user(), paddock.user()
    led = [paddock.found(ada, name=f"League {number}").id for number in range(2)]
    joined = paddock.found(bert, name="Bert's league").id
    paddock.join(ada, joined, "Guest")
    listed = leagues.list_own_leagues(ada.user_id).leagues
    assert {league.id: league.role for league in listed} == {**dict.fromkeys(led, "commissioner"), joined: "member"}
