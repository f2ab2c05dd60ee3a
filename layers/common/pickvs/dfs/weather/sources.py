"""Sources of weather that are not asked at the moment, because they refuse to answer."""

from datetime import UTC, datetime, time

from pickvs.core.database import Connection
from pickvs.dfs.weather.rules import JOBS
from pickvs.jobs.reading import failures_with
from pickvs.jobs.rules import REFUSALS, REFUSED_WITHIN, off


def is_off(connection: Connection, source: str, at: datetime) -> bool:
    """Whether a source is not asked at `at`: it has refused three times within an hour. Until the next UTC day."""
    day = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    refused = failures_with(connection, JOBS[source], statuses=REFUSALS, since=day - REFUSED_WITHIN)
    return off([run.started_at for run in refused], at) is not None
