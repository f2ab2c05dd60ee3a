"""The SQL of finished contests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import scalar_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_SIMULATED = SQL("""
    SELECT id, build_id, settings, done, result, workings FROM dfs_contest_runs
    WHERE contest_id = %s AND ended_at IS NOT NULL AND done > 0 ORDER BY id
""")
_STANDINGS = SQL("""
    SELECT sha256 FROM dfs_uploads WHERE id = %(upload)s AND user_id = %(user)s AND kind = %(kind)s
""")

_PUT_RESULTS = SQL("""
    INSERT INTO dfs_contest_results
      (contest_id, user_id, upload_id, field_size, quantiles, lineups, judgements, recorded_at)
    VALUES (%(contest)s, %(user)s, %(upload)s, %(field_size)s, %(quantiles)s, %(lineups)s, %(judgements)s, %(at)s)
    ON CONFLICT (contest_id) DO UPDATE
    SET upload_id = excluded.upload_id, field_size = excluded.field_size, quantiles = excluded.quantiles,
        lineups = excluded.lineups, judgements = excluded.judgements, recorded_at = excluded.recorded_at
""")
_RESULTS = SQL("""
    SELECT contest_id, upload_id, field_size, judgements, recorded_at FROM dfs_contest_results
    WHERE contest_id = %(contest)s AND user_id = %(user)s
""")
_JUDGEMENTS = SQL("""
    SELECT contest.slate_id, result.judgements
    FROM dfs_contest_results result
    JOIN dfs_contests contest ON contest.id = result.contest_id
    WHERE result.user_id = %s ORDER BY result.contest_id
""")


class SimulatedRow(TableRow, frozen=True):
    """A run that has ended with something to say."""

    id: int
    build_id: int
    settings: dict[str, Any]
    done: int
    result: dict[str, Any]
    workings: dict[str, Any]


class ResultsRow(TableRow, frozen=True):
    """How a contest ended."""

    contest_id: int
    upload_id: int
    field_size: int
    judgements: list[dict[str, Any]]
    recorded_at: datetime


class JudgementsRow(TableRow, frozen=True):
    """The judgements of the runs of one contest."""

    slate_id: int
    judgements: list[dict[str, Any]]


def simulated(connection: Connection, contest_id: int) -> list[SimulatedRow]:
    """Return the runs of a contest that have ended with something to say, oldest first."""
    with connection.cursor(row_factory=row_of(SimulatedRow)) as cursor:
        return cursor.execute(_SIMULATED, (contest_id,)).fetchall()


def standings(connection: Connection, upload_id: int, user_id: int, kind: str) -> str | None:
    """Return the SHA-256 of an upload of the user, if it is of this kind."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: str | None = cursor.execute(_STANDINGS, {"upload": upload_id, "user": user_id, "kind": kind}).fetchone()
    return found


def put_results(
    connection: Connection,
    *,
    contest_id: int,
    user_id: int,
    upload_id: int,
    field_size: int,
    quantiles: Mapping[str, float],
    lineups: Sequence[Mapping[str, Any]],
    judgements: Sequence[Mapping[str, Any]],
    at: datetime,
) -> None:
    """Store how a contest ended. Replaces what an earlier file of its standings said."""
    values = {
        "contest": contest_id,
        "user": user_id,
        "upload": upload_id,
        "field_size": field_size,
        "quantiles": Jsonb(dict(quantiles)),
        "lineups": Jsonb([dict(each) for each in lineups]),
        "judgements": Jsonb([dict(each) for each in judgements]),
        "at": at,
    }
    connection.execute(_PUT_RESULTS, values)


def results(connection: Connection, contest_id: int, user_id: int) -> ResultsRow | None:
    """Return how a contest of the user ended. None if that is not known."""
    with connection.cursor(row_factory=row_of(ResultsRow)) as cursor:
        return cursor.execute(_RESULTS, {"contest": contest_id, "user": user_id}).fetchone()


def judgements(connection: Connection, user_id: int) -> list[JudgementsRow]:
    """Return the judgements of all finished contests of the user, oldest contest first."""
    with connection.cursor(row_factory=row_of(JudgementsRow)) as cursor:
        return cursor.execute(_JUDGEMENTS, (user_id,)).fetchall()
