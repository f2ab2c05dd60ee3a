"""Freshness of the data that jobs import: the age of usable data, not of the last response.

A run states for which parts of its subject the data is good (`Stored.usable`); in the same transaction, these parts
become as fresh as the response. A part of which nothing could be read, and a failed run, leave the last good time as it
is, so the data grows old although responses arrive. What makes a part good is the job's to say. For odds and scores,
see `pickvs.ingestion`.
"""

from collections.abc import Iterable
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.jobs import queries

ALL = "all"
"""Part of a job that does not distinguish parts."""

type Part = tuple[str, str, str]
"""Job, subject and part."""


def note_good(connection: Connection, *, job: str, subject: str, parts: Iterable[str], at: datetime) -> None:
    """Record that these parts of a subject's data were good at `at`, unless they are known to have been so later."""
    queries.note_good(connection, job=job, subject=subject, parts=sorted(parts), at=at)


def last_good(connection: Connection, *jobs: str) -> dict[Part, datetime]:
    """Return when each part's data was last good, for the parts of these jobs that ever were."""
    return queries.last_good(connection, jobs)
