"""The SQL of reading ingestion runs."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.ingestion.rules import JobName

type RunStatus = Literal["running", "succeeded", "partial", "failed"]

_FIRST = (datetime.max.replace(tzinfo=UTC), 2**63 - 1)  # as a position: before every run

_RUNS = SQL("""
    SELECT id, job, sport, trigger_id, status, attempt, started_at, finished_at, request, http_status,
           credits_used, credits_remaining, credits_last, raw_object, counts, skipped, error_code, error
    FROM ingestion_runs
    WHERE (started_at, id) < (%(after_at)s, %(after_id)s)
      AND (%(job)s::text IS NULL OR job = %(job)s)
      AND (%(sport)s::text IS NULL OR sport = %(sport)s)
      AND (%(status)s::run_status IS NULL OR status = %(status)s)
      AND (%(since)s::timestamptz IS NULL OR started_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR started_at < %(until)s)
    ORDER BY started_at DESC, id DESC
    LIMIT %(limit)s
""")

type Position = tuple[datetime, int]
"""A place in the list: start time and id of a run."""


class RunRow(TableRow, frozen=True):
    """A row of ingestion_runs."""

    id: int
    job: JobName
    sport: str
    trigger_id: str | None
    status: RunStatus
    attempt: int
    started_at: datetime
    finished_at: datetime | None
    request: dict[str, Any]
    http_status: int | None
    credits_used: int | None
    credits_remaining: int | None
    credits_last: int | None
    raw_object: str | None
    counts: dict[str, int]
    skipped: list[dict[str, Any]]
    error_code: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Criteria for runs. None means no restriction. since, until: range of start times."""

    job: JobName | None = None
    sport: str | None = None
    status: RunStatus | None = None
    since: datetime | None = None
    until: datetime | None = None


def runs(connection: Connection, chosen: RunFilter, *, after: Position | None, limit: int) -> list[RunRow]:
    """Return up to `limit` runs, newest first. after: position of the previous page's last run."""
    after_at, after_id = after or _FIRST
    parameters = {
        "after_at": after_at,
        "after_id": after_id,
        "job": chosen.job,
        "sport": chosen.sport,
        "status": chosen.status,
        "since": chosen.since,
        "until": chosen.until,
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(RunRow)) as cursor:
        return cursor.execute(_RUNS, parameters).fetchall()
