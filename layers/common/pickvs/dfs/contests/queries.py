"""The SQL of contests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import scalar_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_CONTEST = SQL("""
    SELECT contest.id, contest.user_id, contest.slate_id, contest.name, contest.external_id, contest.size,
           contest.fee_cents, contest.payouts, contest.created_at,
           EXISTS (SELECT FROM dfs_contest_results result WHERE result.contest_id = contest.id) AS has_results
    FROM dfs_contests contest
""")
_FIND_CONTEST = SQL("{} WHERE contest.id = %(contest)s AND contest.user_id = %(user)s").format(_CONTEST)
_CONTESTS = SQL("""
    {} WHERE contest.user_id = %(user)s AND (%(slate)s::bigint IS NULL OR contest.slate_id = %(slate)s)
      AND contest.id < %(before)s
    ORDER BY contest.id DESC LIMIT %(limit)s
""").format(_CONTEST)
_COUNT_CONTESTS = SQL("SELECT count(*) FROM dfs_contests WHERE user_id = %s AND slate_id = %s")
_INSERT_CONTEST = SQL("""
    INSERT INTO dfs_contests (user_id, slate_id, name, external_id, size, fee_cents, payouts, created_at)
    VALUES (%(user)s, %(slate)s, %(name)s, %(external_id)s, %(size)s, %(fee)s, %(payouts)s, %(at)s)
    RETURNING id
""")

# One at a time for each user, so that two requests at once cannot both be the last that is allowed.
_TAKE_TURN = SQL("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-contests:' || %s, 0))")


class ContestRow(TableRow, frozen=True):
    """A contest. payouts: objects with first, last, cents."""

    id: int
    user_id: int
    slate_id: int
    name: str
    external_id: str | None
    size: int
    fee_cents: int
    payouts: list[dict[str, Any]]
    created_at: datetime
    has_results: bool


def take_turn(connection: Connection, user_id: int) -> None:
    """Let nobody else add a contest or run of the user before the transaction ends."""
    connection.execute(_TAKE_TURN, (str(user_id),))


def find_contest(connection: Connection, contest_id: int, user_id: int) -> ContestRow | None:
    """Return a contest of the user. None if there is none."""
    with connection.cursor(row_factory=row_of(ContestRow)) as cursor:
        return cursor.execute(_FIND_CONTEST, {"contest": contest_id, "user": user_id}).fetchone()


def contests(
    connection: Connection, user_id: int, *, slate_id: int | None, before: int, limit: int
) -> list[ContestRow]:
    """Return up to `limit` contests of the user, newest first, with ids below `before`."""
    values = {"user": user_id, "slate": slate_id, "before": before, "limit": limit}
    with connection.cursor(row_factory=row_of(ContestRow)) as cursor:
        return cursor.execute(_CONTESTS, values).fetchall()


def count_contests(connection: Connection, user_id: int, slate_id: int) -> int:
    """Return how many contests of a slate the user has."""
    return _number(connection, _COUNT_CONTESTS, (user_id, slate_id))


def insert_contest(
    connection: Connection,
    *,
    user_id: int,
    slate_id: int,
    name: str,
    external_id: str | None,
    size: int,
    fee_cents: int,
    payouts: Sequence[Mapping[str, int]],
    at: datetime,
) -> int:
    """Insert a contest, and return its id."""
    values = {
        "user": user_id,
        "slate": slate_id,
        "name": name,
        "external_id": external_id,
        "size": size,
        "fee": fee_cents,
        "payouts": Jsonb([dict(each) for each in payouts]),
        "at": at,
    }
    return _number(connection, _INSERT_CONTEST, values)


def _number(connection: Connection, query: SQL, values: Mapping[str, Any] | tuple[Any, ...]) -> int:
    with connection.cursor(row_factory=scalar_row) as cursor:
        [found] = cursor.execute(query, values).fetchall()
    return int(found)
