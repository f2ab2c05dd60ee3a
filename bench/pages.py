"""Benchmarks the first and the deepest page of boards of several sizes against as many rows by primary key.

The statements that the service sends for a page are recorded and replayed on one connection, in the same kind of
transaction, and all rows are read. The baseline is one SELECT of 50 rows of the same table by primary key, with as many
columns, in the same kind of transaction. The deepest page is the last one, requested with the cursor of the page before
it. Durations are processor time of this process and the server process, because a page takes so little time that other
load on the machine would dominate wall-clock time.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Literal

import psycopg
from psycopg.rows import dict_row

from bench import season
from bench.growth import NOT_AT_ALL, exponent
from bench.processor import on_processor
from bench.table import Line, spread
from pickvs.core.database import transaction
from pickvs.core.paging import write_cursor
from pickvs.standings import queries, service
from pickvs.standings.queries import Position
from pickvs.standings.rules import MINIMUM_PICKS, Sort
from pickvs.standings.schemas import Leaderboard

PAGE, ROUNDS, COUNTING_ROUNDS = 50, 160, 10
LIMIT, DEPTH_LIMIT = 3.0, 1.2

type Kind = Literal["bare", "first", "deepest", "counted"]
"""Kind of page. `counted` is the deepest page with a cursor from before the board changed, so that its ranks are
counted again."""

type Statements = Sequence[tuple[Any, Any]]
"""Statements of one transaction, with their parameters."""

type Asked = Mapping[tuple[Sort, Kind], Statements]

type Taken = Mapping[tuple[Sort, Kind], Mapping[int, Sequence[float]]]
"""Processor time in seconds for each round, by the number of users."""

_BOARD = "SELECT id FROM boards WHERE period = 'all' AND market IS NULL"

_BELOW_ALL = Position(Decimal(-1_000_000), Decimal(-1_000_000), 0, 0)

# As on real boards, many rows have equal values. Every user has enough picks to be ranked.
_CROWD = f"""
    DELETE FROM standings WHERE board_id = ({_BOARD});
    INSERT INTO standings (board_id, user_id, wins, losses, pushes, clv_picks, total_units, total_wagered, risk,
                           clv_sum)
    SELECT board.id, of_user.id, wins, losses, pushes, wins, wins * 0.9091 - losses, wins + losses + pushes,
           (wins + losses + pushes) * 0.9091, wins * shift / 100.0
    FROM ({_BOARD}) board, (
      SELECT id, 20 + id * 7919 % 97 AS wins, 20 + id * 104729 % 89 AS losses, id % 3 AS pushes,
             id % 701 - 350 AS shift
      FROM users
    ) of_user
    ORDER BY of_user.id;
"""
# The columns of a page: those of the table and three more.
_BARE = f"""
    SELECT *, total_units AS value, user_id::text AS username,
           round(100.0 * wins / nullif(wins + losses, 0), 2) AS win_rate
    FROM standings
    WHERE board_id = %s AND user_id > %s
    ORDER BY user_id
    LIMIT {PAGE}
"""


def gather(url: str) -> None:
    """Replace the rows of the overall board by one row for each user."""
    with psycopg.connect(url) as connection:
        connection.execute(_CROWD.encode())
    season.vacuum(url)


def asked(users: int) -> Asked:
    """Return the statements for each page in each order. The database in use must be prepared by `gather`."""
    found: dict[tuple[Sort, Kind], Statements] = {}
    for sort in MINIMUM_PICKS:
        board, signed, unsigned = _last_cursors(sort)
        found[sort, "first"] = first = _heard(partial(_leaderboard, sort, None))
        found[sort, "deepest"] = _heard(partial(_leaderboard, sort, signed))
        found[sort, "counted"] = _heard(partial(_leaderboard, sort, unsigned))
        beginning = [
            statement for statement in first if "standings" not in str(statement) and "board" not in str(statement)
        ]
        found[sort, "bare"] = [*beginning, (_BARE.encode(), (board, users // 2))]
    return found


def measure(urls: Mapping[int, str], pages: Mapping[int, Asked]) -> Taken:
    """Time all pages of all sizes in turn. `urls` are the databases by their number of users."""
    taken: dict[tuple[Sort, Kind], dict[int, list[float]]] = {}
    connections = {users: _connected(url) for users, url in urls.items()}
    for number in range(-1, ROUNDS):  # the first round only warms up
        for users, connection in connections.items():
            for page, statements in pages[users].items():
                # Counting reads a whole index and evicts the next page's data, so it has rounds of its own.
                if (page[1] == "counted") != (number >= ROUNDS - COUNTING_ROUNDS):
                    continue
                seconds = _time(connection, statements)
                if number >= 0:
                    taken.setdefault(page, {}).setdefault(users, []).append(seconds)
    for connection in connections.values():
        connection.close()
    return taken


def lines(taken: Taken) -> list[Line]:
    """Return the table lines for the largest board, and for the growth over all sizes."""
    users = max(next(iter(taken.values())))
    return [
        *(line for sort in MINIMUM_PICKS for line in _lines(taken, sort, users)),
        _flat(taken, "first", "first page"),
        _flat(taken, "deepest", "deepest page"),
    ]


def _lines(taken: Taken, sort: Sort, users: int) -> list[Line]:
    of: dict[Kind, Sequence[float]] = {kind: by[users] for (order, kind), by in taken.items() if order == sort}
    bare, first, deepest, counted = (statistics.median(of[kind]) for kind in ("bare", "first", "deepest", "counted"))
    board = f"board of {users:,} by {sort}"
    return [
        Line(f"{PAGE} rows by primary key (CPU)", bare, spread=spread(of["bare"])),
        Line(f"{board}, first page", first, first / bare, LIMIT, spread(of["first"])),
        Line(f"{board}, deepest page", deepest, deepest / bare, LIMIT, spread(of["deepest"])),
        Line(f"{board}, deepest against first", deepest / first, deepest / first, DEPTH_LIMIT, unit="x"),
        Line(f"{board}, deepest after a change, ranks counted", counted, counted / bare, spread=spread(of["counted"])),
    ]


def _flat(taken: Taken, kind: Kind, what: str) -> Line:
    """Return a table line for the exponent that is farthest from 0 among all orders."""
    farthest = max((exponent(by) for (_, each), by in taken.items() if each == kind), key=abs)
    return Line(f"{what}, by users: exponent farthest from 0", farthest, abs(farthest), NOT_AT_ALL, unit="x")


def _time(connection: psycopg.Connection[Any], statements: Statements) -> float:
    began = on_processor(connection)
    with connection.transaction():
        cursors = [connection.execute(*statement) for statement in statements]
        rows = [cursor.fetchall() for cursor in cursors if cursor.description]
    taken = on_processor(connection) - began
    assert max(len(found) for found in rows) in {PAGE, PAGE + 1}
    return taken


def _connected(url: str) -> psycopg.Connection[Any]:
    # Without parallel workers, whose processor time would not be counted.
    options = "-c max_parallel_workers_per_gather=0"
    return psycopg.connect(url, autocommit=True, prepare_threshold=None, row_factory=dict_row, options=options)


def _heard(read: Callable[[], Leaderboard]) -> Statements:
    """Return the statements that `read` sends."""
    statements: list[tuple[Any, Any]] = []

    class Listening(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> "Listening":
            statements.append((query, params))
            return super().execute(query, params, **options)

    with transaction() as connection:
        usual, connection.cursor_factory = connection.cursor_factory, Listening
    try:
        assert len(read().leaderboard) == PAGE
    finally:
        connection.cursor_factory = usual
    return statements


def _last_cursors(sort: Sort) -> tuple[int, str, str]:
    """Return the board's id and two cursors of its last page: a valid one, and one that a change has outdated."""
    with transaction(snapshot=True) as connection:
        found = connection.execute(_BOARD.encode()).fetchone()
        assert found is not None
        board = int(found["id"])
        row = queries.above(connection, board, sort, _BELOW_ALL, PAGE + 2)[0]
        position = Position(row["value"], row["roi"], row["picks"], row["user_id"])
        better, tied = queries.ahead(connection, board, sort, position)
    place = str(row["value"]), str(row["roi"]), row["picks"], row["user_id"], better + tied + 1, better + 1
    unsigned = write_cursor(sort, *place, "")
    signed = _leaderboard(sort, unsigned, limit=1).next_cursor
    assert signed is not None
    return board, signed, unsigned


def _leaderboard(sort: Sort, cursor: str | None, limit: int = PAGE) -> Leaderboard:
    return service.show_leaderboard(period="all", sport=None, market=None, sort=sort, limit=limit, cursor=cursor)
