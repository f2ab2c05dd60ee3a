"""Runs of jobs, for other rooms, in their transaction."""

from collections.abc import Collection
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.jobs import queries
from pickvs.jobs.queries import AskedRun, FailedRun


def failures_with(connection: Connection, job: str, *, statuses: Collection[int], since: datetime) -> list[FailedRun]:
    """Return the job's runs since `since` that failed with one of these HTTP statuses, the oldest first."""
    return queries.failures_with(connection, job, statuses, since)


def latest_run(connection: Connection, job: str, subject: str) -> AskedRun | None:
    """Return the job's latest run about a subject, whatever its outcome. None if there is none."""
    return queries.latest_run(connection, job, subject)


def asked_since(connection: Connection, job: str, subject: str, since: datetime) -> list[AskedRun]:
    """Return the job's runs about a subject that began at `since` or later, the oldest first."""
    return queries.asked_since(connection, job, subject, since)
