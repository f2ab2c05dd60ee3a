"""The SQL of reading boards: a page from any position, the rows ahead of a row, one row. Ranks are not stored.

`among` filters a board to these users, of whom there must be few: each page looks up the row of every one of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from psycopg import sql
from psycopg.sql import SQL, Composable

from pickvs.core.database import Connection, Row
from pickvs.markets.values import Market
from pickvs.standings.rules import MINIMUM_PICKS, Period, Sort

# The board of all sports is the one with the most. Where one sport is settled, its boards also serve as those of all.
_BOARD = SQL("""
    SELECT id, sports, starts_on, changes, cursor_key, updated_at FROM boards
    WHERE period = %(period)s AND market IS NOT DISTINCT FROM %(market)s::market
      AND (%(sport)s::text IS NULL OR sports = ARRAY[%(sport)s::text])
    ORDER BY cardinality(sports) DESC
    LIMIT 1
""")

# The order of each board, every part descending: value, then higher ROI, more picks, earlier registration. Each order
# has its own index.
_VALUE: dict[Sort, SQL] = {
    "units": SQL("total_units"),
    "roi": SQL("roi"),
    "clv": SQL("clv_percent"),
    "skill": SQL("skill"),
}
_TIES = (SQL("roi"), SQL("picks"), SQL("(-user_id)"))

_ALL = SQL("standings")
# OFFSET 0 stops the planner from walking down the index of the order until it has met enough of these users, which for
# the last page would be the whole board.
_AMONG = SQL("""
    (SELECT * FROM standings WHERE board_id = %(board)s AND user_id = ANY(%(among)s::bigint[]) OFFSET 0) among
""")

_PAGE = SQL("""
    SELECT row.*, {value} AS value, users.username, {win_rate}
    FROM (
      SELECT * FROM {rows}
      WHERE board_id = %(board)s AND {ranked} AND {place}
      ORDER BY {order}
      LIMIT %(limit)s
    ) row
    JOIN users ON users.id = row.user_id
    ORDER BY {order}
""")

# Two counts: the first is answered by its index alone, and the second touches few rows.
_AHEAD = SQL("""
    SELECT (
      SELECT count(*) FROM {rows} WHERE board_id = %(board)s AND {ranked} AND {value} > %(value)s
    ) AS better, (
      SELECT count(*) FROM {rows}
      WHERE board_id = %(board)s AND {ranked} AND {value} = %(value)s
        AND (roi, picks, (-user_id)) > (%(roi)s, %(picks)s, -%(user)s)
    ) AS tied
""")

_WIN_RATE = SQL("round(100.0 * wins / nullif(wins + losses, 0), 2) AS win_rate")
_ROW_OF_USER = SQL("""
    SELECT *, {value} AS value, {ranked} AS is_ranked, {win_rate} FROM standings WHERE board_id = %s AND user_id = %s
""")

# The overall board: all time, all markets and all sports.
_OVERALL = SQL("""
    (SELECT id FROM boards WHERE period = 'all' AND market IS NULL ORDER BY cardinality(sports) DESC LIMIT 1)
""")
_TOTALS_OF_USER = SQL("""
    SELECT (SELECT 1 + count(*) FROM standings other
            WHERE other.board_id = mine.board_id AND other.total_units > mine.total_units) AS rank,
           total_units, total_wagered, roi, wins, losses, pushes, picks, clv_percent, {win_rate}
    FROM standings mine
    WHERE board_id = {overall} AND user_id = %s
""").format(win_rate=_WIN_RATE, overall=_OVERALL)
_OVERALL_RANKS = SQL("""
    SELECT user_id, rank() OVER (ORDER BY total_units DESC) AS rank FROM standings WHERE board_id = {overall}
""").format(overall=_OVERALL)


type _Way = Literal["from the top", "below", "above"]

_WAYS: Mapping[_Way, tuple[SQL, SQL]] = {
    "from the top": (SQL("true"), SQL("DESC")),
    "below": (SQL("({key}) < ({position})"), SQL("DESC")),
    "above": (SQL("({key}) > ({position})"), SQL("ASC")),
}
"""Row filter and read direction."""


@dataclass(frozen=True, slots=True)
class Position:
    """A row's place in its board's order: every part descending, user ids ascending."""

    value: Decimal
    roi: Decimal
    picks: int
    user_id: int


def last_board(connection: Connection, period: Period, sport: str | None, market: Market | None) -> Row | None:
    """Return the last board of a period, sport and market; no sport or market stands for all. It may be over.

    It has id, sports (those that it counts), starts_on, changes (number of changes so far), cursor_key and updated_at.
    None before the sport's first settlement.
    """
    return connection.execute(_BOARD, {"period": period, "sport": sport, "market": market}).fetchone()


def below(
    connection: Connection,
    board: int,
    sort: Sort,
    after: Position | None,
    limit: int,
    *,
    among: Sequence[int] | None = None,
) -> list[Row]:
    """Return up to `limit` rows of a board after `after`, or its first rows, in its order.

    Each row has username and totals, plus user_id, value, roi and picks, which form its Position.
    """
    return _rows(connection, board, sort, "below" if after else "from the top", after, limit, among)


def above(connection: Connection, board: int, sort: Sort, before: Position, limit: int) -> list[Row]:
    """Return up to `limit` rows of a board directly ahead of `before`, in the board's order."""
    return _rows(connection, board, sort, "above", before, limit, None)[::-1]


def ahead(
    connection: Connection, board: int, sort: Sort, of: Position, *, among: Sequence[int] | None = None
) -> tuple[int, int]:
    """Return how many rows of a board have a greater value than `of`, and how many with an equal value are ahead."""
    parameters = {"board": board, "among": among, **_parameters(of)}
    row = connection.execute(_ahead(sort, is_filtered=among is not None), parameters).fetchone()
    return (row["better"], row["tied"]) if row else (0, 0)


def row_of(connection: Connection, board: int, sort: Sort, user_id: int) -> Row | None:
    """Return a user's row on a board, as `below` does, with is_ranked: whether the row is ranked in this order."""
    query = _ROW_OF_USER.format(value=_VALUE[sort], ranked=_ranked(sort), win_rate=_WIN_RATE)
    return connection.execute(query, (board, user_id)).fetchone()


def totals_of(connection: Connection, user_id: int) -> Row | None:
    """Return the user's overall totals and rank by units. None while the user has no graded pick."""
    return connection.execute(_TOTALS_OF_USER, (user_id,)).fetchone()


def overall_ranks(connection: Connection) -> dict[int, int]:
    """Return the overall rank by units of every user with a graded pick."""
    return {row["user_id"]: row["rank"] for row in connection.execute(_OVERALL_RANKS)}


def _rows(
    connection: Connection,
    board: int,
    sort: Sort,
    way: _Way,
    position: Position | None,
    limit: int,
    among: Sequence[int] | None,
) -> list[Row]:
    parameters = {"board": board, "limit": limit, "among": among, **(_parameters(position) if position else {})}
    return connection.execute(_page(sort, way, is_filtered=among is not None), parameters).fetchall()


@cache
def _page(sort: Sort, way: _Way, *, is_filtered: bool) -> bytes:
    place, direction = _WAYS[way]
    return _PAGE.format(
        rows=_AMONG if is_filtered else _ALL,
        value=_VALUE[sort],
        win_rate=_WIN_RATE,
        ranked=_ranked(sort),
        place=place.format(key=_key(sort), position=_position(sort)),
        order=SQL(", ").join(SQL("{} {}").format(part, direction) for part in _parts(sort)),
    ).as_bytes()


@cache
def _ahead(sort: Sort, *, is_filtered: bool) -> bytes:
    rows = _AMONG if is_filtered else _ALL
    return _AHEAD.format(rows=rows, value=_VALUE[sort], ranked=_ranked(sort)).as_bytes()


def _ranked(sort: Sort) -> Composable:
    """Return the condition for being ranked in this order. Must match the index's own condition to use the index."""
    minimum = MINIMUM_PICKS[sort]
    enough = SQL("picks >= {}").format(sql.Literal(minimum)) if minimum > 1 else SQL("true")
    return SQL("{} AND clv_percent IS NOT NULL").format(enough) if sort == "clv" else enough


def _parts(sort: Sort) -> Sequence[SQL]:
    return _TIES if sort == "roi" else (_VALUE[sort], *_TIES)


def _key(sort: Sort) -> Composable:
    return SQL(", ").join(_parts(sort))


def _position(sort: Sort) -> SQL:
    return SQL("%(roi)s, %(picks)s, -%(user)s") if sort == "roi" else SQL("%(value)s, %(roi)s, %(picks)s, -%(user)s")


def _parameters(position: Position) -> dict[str, Any]:
    return {"value": position.value, "roi": position.roi, "picks": position.picks, "user": position.user_id}
