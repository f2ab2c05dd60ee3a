"""Freshness of the data that jobs import."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.jobs import queries


def last_good(connection: Connection, *jobs: str) -> dict[str, datetime | None]:
    """Return for each job when a run last stored usable data. None if no run ever did."""
    return queries.last_successes(connection, jobs)
