"""Runs of jobs, for other rooms, in their transaction."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time, timedelta

from pickvs.core.database import Connection
from pickvs.jobs import queries
from pickvs.jobs.queries import AskedRun, FailedRun
from pickvs.jobs.rows import BadRun
from pickvs.jobs.rules import REFUSALS, REFUSED_WITHIN, Off, off

SILENT_AFTER = timedelta(minutes=15)
"""Age after which a run that is `running` has ended without saying so: Lambda lets no function run longer."""


def failures_with(connection: Connection, job: str, *, statuses: Collection[int], since: datetime) -> list[FailedRun]:
    """Return the job's runs since `since` that failed with one of these HTTP statuses, the oldest first."""
    return queries.failures_with(connection, job, statuses, since)


def source_off(connection: Connection, job: str, at: datetime) -> Off | None:
    """Return since when and until when the source of a job is not asked at `at`, because it refuses. None if it is.

    The rows of its runs say so; no state is kept beside them.
    """
    day = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    refused = failures_with(connection, job, statuses=REFUSALS, since=day - REFUSED_WITHIN)
    return off([run.started_at for run in refused], at)


def latest_run(connection: Connection, job: str, subject: str) -> AskedRun | None:
    """Return the job's latest run about a subject, whatever its outcome. None if there is none."""
    return queries.latest_run(connection, job, subject)


def asked_since(connection: Connection, job: str, subject: str, since: datetime) -> list[AskedRun]:
    """Return the job's runs about a subject that began at `since` or later, the oldest first."""
    return queries.asked_since(connection, job, subject, since)


def largest_count(connection: Connection, job: str, subject: str, name: str, *, since: datetime) -> int | None:
    """Return the largest count of a name in the job's runs about a subject that began at `since` or later.

    Of runs that succeeded, if only in part. None if no run has counted it.
    """
    return queries.largest_count(connection, job, subject, name, since)


def bad_runs(
    connection: Connection,
    jobs: Sequence[str],
    subjects: Sequence[str],
    *,
    since: datetime,
    at: datetime,
    unreadable_percent: int,
) -> list[BadRun]:
    """Return the latest run of each job and subject, where it failed, fell silent, or could not read much.

    A bad run that was followed by a good one is history. since: earlier runs do not count. at: now.
    unreadable_percent: the unreadable share of an answer from which a run is bad. Longest trouble first.
    """
    return queries.bad_runs(
        connection, jobs, subjects, since=since, silent_since=at - SILENT_AFTER, unreadable_percent=unreadable_percent
    )
