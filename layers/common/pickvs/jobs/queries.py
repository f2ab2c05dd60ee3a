"""SQL for job runs. A row records a run's request, response, results and skipped parts.

The column `sport` holds the subject.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from pickvs.core.database import Connection, Row
from pickvs.jobs.rows import BadRun

# Reads the runs of one job and subject since a time, by an index, and of earlier ones nothing.
_BAD_RUNS = """
    SELECT latest.id, wanted.job, wanted.subject, latest.status::text, latest.error_code, latest.error,
           latest.unreadable_percent, begun.since
    FROM (
      SELECT job, subject FROM unnest(%(jobs)s::text[]) job, unnest(%(subjects)s::text[]) subject
    ) wanted
    CROSS JOIN LATERAL (
      SELECT id, started_at, status, error_code, error, coalesce((counts ->> 'skipped_percent')::integer, 0)
               AS unreadable_percent
      FROM ingestion_runs
      WHERE job = wanted.job AND sport = wanted.subject AND started_at > %(since)s
        AND (status <> 'running' OR started_at <= %(silent_since)s)
      ORDER BY started_at DESC, id DESC
      LIMIT 1
    ) latest
    CROSS JOIN LATERAL (
      SELECT min(started_at) AS since
      FROM ingestion_runs
      WHERE job = wanted.job AND sport = wanted.subject AND started_at > coalesce((
        SELECT max(started_at)
        FROM ingestion_runs
        WHERE job = wanted.job AND sport = wanted.subject AND started_at > %(since)s
          AND status IN ('succeeded', 'partial')
          AND coalesce((counts ->> 'skipped_percent')::integer, 0) < %(unreadable_percent)s
      ), %(since)s)
    ) begun
    WHERE latest.status NOT IN ('succeeded', 'partial') OR latest.unreadable_percent >= %(unreadable_percent)s
    ORDER BY begun.since, wanted.job, wanted.subject
"""


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that failed with an answer."""

    started_at: datetime
    http_status: int


@dataclass(frozen=True, slots=True)
class AskedRun:
    """A run, whatever its outcome. parameters: those of its question."""

    status: str
    started_at: datetime
    parameters: dict[str, str] | None


def lock(connection: Connection, subject: str) -> None:
    """Lock `subject` against other imports until the transaction ends. Waits for transactions that hold the lock."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-ingestion:' || %s, 0))", (subject,))


def fail_dead_runs(
    connection: Connection, *, job: str, subject: str, begun_before: datetime, at: datetime, error_code: str, error: str
) -> None:
    """Mark running runs that started at `begun_before` or earlier as failed."""
    connection.execute(
        """
        UPDATE ingestion_runs
           SET status = 'failed', finished_at = greatest(started_at, %(at)s), error_code = %(error_code)s,
               error = %(error)s
         WHERE job = %(job)s AND sport = %(subject)s AND status = 'running' AND started_at <= %(begun_before)s
        """,
        {
            "job": job,
            "subject": subject,
            "begun_before": begun_before,
            "at": at,
            "error_code": error_code,
            "error": error,
        },
    )


def running(connection: Connection, *, job: str, subject: str) -> Row | None:
    """Return id and attempt of the run in progress. None if there is none."""
    return connection.execute(
        """
        SELECT id, attempt FROM ingestion_runs
         WHERE job = %(job)s AND sport = %(subject)s AND status = 'running'
         ORDER BY started_at DESC LIMIT 1
        """,
        {"job": job, "subject": subject},
    ).fetchone()


def triggered_by(connection: Connection, *, job: str, subject: str, trigger_id: str) -> Row | None:
    """Return id, attempt and status of the run that the event `trigger_id` triggered. None if there is none."""
    return connection.execute(
        """
        SELECT id, attempt, status FROM ingestion_runs
         WHERE job = %(job)s AND sport = %(subject)s AND trigger_id = %(trigger_id)s
        """,
        {"job": job, "subject": subject, "trigger_id": trigger_id},
    ).fetchone()


def begin(
    connection: Connection, *, job: str, subject: str, trigger_id: str | None, request: dict[str, Any], at: datetime
) -> int:
    """Insert a run and return its id."""
    row = connection.execute(
        """
        INSERT INTO ingestion_runs (job, sport, trigger_id, status, started_at, request)
        VALUES (%(job)s, %(subject)s, %(trigger_id)s, 'running', %(at)s, %(request)s)
        RETURNING id
        """,
        {"job": job, "subject": subject, "trigger_id": trigger_id, "request": Jsonb(request), "at": at},
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING always yields the inserted row
    return int(row["id"])


def begin_again(connection: Connection, *, run_id: int, request: dict[str, Any], at: datetime) -> int:
    """Reset a failed run's row for its next attempt, and return the attempt's number."""
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
    """Store the outcome of an attempt. Returns False and changes nothing if the attempt is no longer in progress.

    outcome: values of the columns status, http_status, credits_used, credits_remaining, credits_last, raw_object,
    counts, skipped, error_code and error.
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


def note_good(connection: Connection, *, job: str, subject: str, parts: Sequence[str], at: datetime) -> None:
    """Set when these parts of a subject's data were last good, unless it is known of a later time."""
    connection.execute(
        """
        INSERT INTO freshness (job, subject, part, last_good_at)
        SELECT %(job)s, %(subject)s, part, %(at)s FROM unnest(%(parts)s::text[]) AS good (part)
        ON CONFLICT (job, subject, part)
        DO UPDATE SET last_good_at = greatest(freshness.last_good_at, excluded.last_good_at)
        """,
        {"job": job, "subject": subject, "parts": list(parts), "at": at},
    )


def last_good(connection: Connection, jobs: Sequence[str]) -> dict[tuple[str, str, str], datetime]:
    """Return when each part's data was last good, by job, subject and part."""
    rows = connection.execute(
        "SELECT job, subject, part, last_good_at FROM freshness WHERE job = ANY(%s)", (list(jobs),)
    )
    return {(row["job"], row["subject"], row["part"]): row["last_good_at"] for row in rows}


def bad_runs(
    connection: Connection,
    jobs: Sequence[str],
    subjects: Sequence[str],
    *,
    since: datetime,
    silent_since: datetime,
    unreadable_percent: int,
) -> list[BadRun]:
    """Return the latest run of each job and subject since `since`, where it is bad. See `reading.bad_runs`.

    silent_since: a run that is still running and began by then counts as ended.
    """
    values = {
        "jobs": list(jobs),
        "subjects": list(subjects),
        "since": since,
        "silent_since": silent_since,
        "unreadable_percent": unreadable_percent,
    }
    return [BadRun(**row) for row in connection.execute(_BAD_RUNS, values)]


def failures_with(connection: Connection, job: str, statuses: Collection[int], since: datetime) -> list[FailedRun]:
    """Return the job's runs since `since` that failed with one of these HTTP statuses, the oldest first."""
    rows = connection.execute(
        """
        SELECT started_at, http_status FROM ingestion_runs
         WHERE job = %s AND started_at >= %s AND status = 'failed' AND http_status = ANY(%s)
         ORDER BY started_at, id
        """,
        (job, since, list(statuses)),
    )
    return [FailedRun(**row) for row in rows]


def latest_run(connection: Connection, job: str, subject: str) -> AskedRun | None:
    """Return the job's latest run about a subject. None if there is none."""
    row = connection.execute(
        """
        SELECT status::text, started_at, request->'parameters' AS parameters FROM ingestion_runs
         WHERE job = %s AND sport = %s
         ORDER BY started_at DESC, id DESC LIMIT 1
        """,
        (job, subject),
    ).fetchone()
    return None if row is None else AskedRun(**row)


def asked_since(connection: Connection, job: str, subject: str, since: datetime) -> list[AskedRun]:
    """Return the job's runs about a subject that began at `since` or later, the oldest first."""
    rows = connection.execute(
        """
        SELECT status::text, started_at, request->'parameters' AS parameters FROM ingestion_runs
         WHERE job = %s AND sport = %s AND started_at >= %s
         ORDER BY started_at, id
        """,
        (job, subject, since),
    )
    return [AskedRun(**row) for row in rows]


def largest_count(connection: Connection, job: str, subject: str, name: str, since: datetime) -> int | None:
    """Return the largest count of a name in the job's runs about a subject since `since`. None if none counted it."""
    row = connection.execute(
        """
        SELECT max((counts->>%s)::bigint) AS largest FROM ingestion_runs
         WHERE job = %s AND sport = %s AND started_at >= %s AND status IN ('succeeded', 'partial')
        """,
        (name, job, subject, since),
    ).fetchone()
    return None if row is None else row["largest"]
