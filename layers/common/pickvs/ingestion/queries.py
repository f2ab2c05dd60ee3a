"""The SQL of ingestion: the rows that say what every run asked, got, did and left out."""

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from pickvs.core.database import Connection, Row


def lock(connection: Connection, sport: str) -> None:
    """Wait until no other transaction ingests `sport`; held to the end of this one."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-ingestion:' || %s, 0))", (sport,))


def fail_dead_runs(
    connection: Connection, *, job: str, sport: str, begun_before: datetime, at: datetime, error_code: str, error: str
) -> None:
    """Close the runs that began too long ago to be alive."""
    connection.execute(
        """
        UPDATE ingestion_runs
           SET status = 'failed', finished_at = greatest(started_at, %(at)s), error_code = %(error_code)s,
               error = %(error)s
         WHERE job = %(job)s AND sport = %(sport)s AND status = 'running' AND started_at <= %(begun_before)s
        """,
        {
            "job": job,
            "sport": sport,
            "begun_before": begun_before,
            "at": at,
            "error_code": error_code,
            "error": error,
        },
    )


def running(connection: Connection, *, job: str, sport: str) -> Row | None:
    """Return id and attempt of the run that is under way, if one is."""
    return connection.execute(
        """
        SELECT id, attempt FROM ingestion_runs
         WHERE job = %(job)s AND sport = %(sport)s AND status = 'running'
         ORDER BY started_at DESC LIMIT 1
        """,
        {"job": job, "sport": sport},
    ).fetchone()


def triggered_by(connection: Connection, *, job: str, sport: str, trigger_id: str) -> Row | None:
    """Return id, attempt and status of the run that the event `trigger_id` caused before, if it did."""
    return connection.execute(
        """
        SELECT id, attempt, status FROM ingestion_runs
         WHERE job = %(job)s AND sport = %(sport)s AND trigger_id = %(trigger_id)s
        """,
        {"job": job, "sport": sport, "trigger_id": trigger_id},
    ).fetchone()


def begin(
    connection: Connection, *, job: str, sport: str, trigger_id: str | None, request: dict[str, Any], at: datetime
) -> int:
    """Write the row of a new run and return its id."""
    row = connection.execute(
        """
        INSERT INTO ingestion_runs (job, sport, trigger_id, status, started_at, request)
        VALUES (%(job)s, %(sport)s, %(trigger_id)s, 'running', %(at)s, %(request)s)
        RETURNING id
        """,
        {"job": job, "sport": sport, "trigger_id": trigger_id, "request": Jsonb(request), "at": at},
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row that was written
    return int(row["id"])


def begin_again(connection: Connection, *, run_id: int, request: dict[str, Any], at: datetime) -> int:
    """Make a failed run's row that of its next attempt, and return the attempt's number."""
    row = connection.execute(
        """
        UPDATE ingestion_runs
           SET status = 'running', attempt = attempt + 1, started_at = %(at)s, finished_at = NULL,
               request = %(request)s, http_status = NULL, credits_used = NULL, credits_remaining = NULL,
               credits_last = NULL, raw_object = NULL, counts = '{}', skipped = '[]', error_code = NULL, error = NULL
         WHERE id = %(run_id)s AND status = 'failed'
        RETURNING attempt
        """,
        {"run_id": run_id, "request": Jsonb(request), "at": at},
    ).fetchone()
    assert row is not None  # noqa: S101 - the caller has read its status under the lock
    return int(row["attempt"])


def finish(connection: Connection, *, run_id: int, attempt: int, at: datetime, outcome: dict[str, Any]) -> bool:
    """Write how an attempt ended. False, and nothing written, if it is no longer the one under way.

    outcome: the columns status, http_status, credits_used, credits_remaining, credits_last, raw_object, counts,
    skipped, error_code and error.
    """
    values = {**outcome, "counts": Jsonb(outcome["counts"]), "skipped": Jsonb(outcome["skipped"])}
    return (
        connection.execute(
            """
            UPDATE ingestion_runs
               SET status = %(status)s, finished_at = greatest(started_at, %(at)s), http_status = %(http_status)s,
                   credits_used = %(credits_used)s, credits_remaining = %(credits_remaining)s,
                   credits_last = %(credits_last)s, raw_object = %(raw_object)s, counts = %(counts)s,
                   skipped = %(skipped)s, error_code = %(error_code)s, error = %(error)s
             WHERE id = %(run_id)s AND attempt = %(attempt)s AND status = 'running'
            """,
            {**values, "run_id": run_id, "attempt": attempt, "at": at},
        ).rowcount
        == 1
    )


def schema_version(connection: Connection) -> str:
    """Return the version that the migrations have brought the database to."""
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row["version_num"]) if row else ""


def last_successes(connection: Connection) -> dict[str, datetime | None]:
    """Return, for each job, when it last finished with an answer in the database; None if it never did."""
    rows = connection.execute(
        """
        SELECT job.name, (SELECT finished_at FROM ingestion_runs AS run
                           WHERE run.job = job.name AND run.status IN ('succeeded', 'partial')
                           ORDER BY started_at DESC LIMIT 1) AS at
          FROM unnest(ARRAY['fetch_odds', 'process_results']) AS job (name)
        """
    )
    return {row["name"]: row["at"] for row in rows}
