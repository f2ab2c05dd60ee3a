"""A page of a board of 200,000 contestants, the first against one at the very end, in each order."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bench.table import Line
from pickvs.core.database import transaction
from pickvs.core.paging import write_cursor
from pickvs.standings import queries, service
from pickvs.standings.queries import Position
from pickvs.standings.rules import MINIMUM_PICKS, Sort
from pickvs.standings.schemas import Leaderboard
from tests.support.crowd import gather
from tests.support.databases import Databases

USERS, PAGE, ROUNDS = 200_000, 50, 60
LIMIT = 1.5
AT = datetime(2024, 1, 5, 12, tzinfo=UTC)


def measure(databases: Databases) -> list[Line]:
    """Time both in turn, cursor and ranks included, on the same database; the median of the rounds counts."""
    lines: list[Line] = []
    with databases.fresh() as url, databases.in_use(url):
        board = gather(url, users=USERS, at=AT)
        for sort in MINIMUM_PICKS:
            lines += _measure(board, sort)
    return lines


def _measure(board: int, sort: Sort) -> list[Line]:
    cursor, own = _near_the_end(board, sort)
    first, deep, around = [], [], []
    for _ in range(ROUNDS):
        first.append(_time(lambda: _page(sort, None) == PAGE))
        deep.append(_time(lambda: _page(sort, cursor) == PAGE))
        around.append(_time(lambda: _rank(own, sort) > USERS / 2))
    middle = statistics.median(first)
    return [
        Line(f"board of {USERS:,} by {sort}, first page", middle),
        _against(middle, f"board of {USERS:,} by {sort}, deepest page", deep, LIMIT),
        _against(middle, f"board of {USERS:,} by {sort}, own row near the end", around),
    ]


def _near_the_end(board: int, sort: Sort) -> tuple[str, int]:
    """A cursor with little more than a page behind it, and the user of its row."""
    with transaction(snapshot=True) as connection:
        row = queries.below(connection, board, sort, None, USERS - PAGE - 1)[-1]
        position = Position(row["value"], row["roi"], row["picks"], row["user_id"])
        better, tied = queries.ahead(connection, board, sort, position)
    place = str(row["value"]), str(row["roi"]), row["picks"], row["user_id"], better + tied + 1, better + 1
    unsigned = write_cursor(sort, *place, "")
    signed = _leaderboard(sort, unsigned, limit=1).next_cursor  # as a reader has it who has come all the way
    assert signed is not None
    return signed, row["user_id"]


def _against(seconds: float, what: str, taken: list[float], limit: float | None = None) -> Line:
    median = statistics.median(taken)
    return Line(what, median, ratio=median / seconds, limit=limit)


def _page(sort: Sort, cursor: str | None) -> int:
    return len(_leaderboard(sort, cursor, limit=PAGE).leaderboard)


def _leaderboard(sort: Sort, cursor: str | None, *, limit: int) -> Leaderboard:
    return service.show_leaderboard(period="all", sport=None, market=None, sort=sort, limit=limit, cursor=cursor)


def _rank(user: int, sort: Sort) -> int:
    mine = service.show_my_standing(user, period="all", sport=None, market=None, sort=sort)
    return mine.standing.rank or 0


def _time(work: Callable[[], bool]) -> float:
    started = time.perf_counter()
    assert work(), "the wrong answer"
    return time.perf_counter() - started
