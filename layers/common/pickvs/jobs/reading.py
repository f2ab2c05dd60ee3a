"""Reads the state of job runs for other rooms, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pickvs.core.database import Connection
from pickvs.jobs import queries
from pickvs.jobs.rows import BadRun

SILENT_AFTER = timedelta(minutes=15)
"""Age after which a run that is `running` has ended without saying so: Lambda lets no function run longer."""


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
