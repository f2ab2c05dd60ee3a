"""Sources that are not asked at the moment, because they refuse to answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from pickvs.core.database import Connection
from pickvs.ingestion.rules import ESPN_SCORES
from pickvs.jobs.reading import failures_with
from pickvs.jobs.rules import REFUSALS, REFUSED_WITHIN, off
from pickvs.markets.providers.names import ESPN

_JOBS = {ESPN: ESPN_SCORES}
"""The job whose runs ask a source, for each source that can be off."""


@dataclass(frozen=True, slots=True)
class SourceOff:
    """A source that is off.

    source: its name, as in results. since: its last refusal. until: when it is asked again, the next UTC day.
    http_status: how it last refused. refusals: how often it did in the hour before.
    """

    source: str
    since: datetime
    until: datetime
    http_status: int
    refusals: int


def sources_off(connection: Connection, at: datetime) -> list[SourceOff]:
    """Return the sources that are off at `at`. The rows of their runs say so; no state is kept beside them."""
    day = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    found = []
    for source, job in _JOBS.items():
        refused = failures_with(connection, job, statuses=REFUSALS, since=day - REFUSED_WITHIN)
        if (state := off([run.started_at for run in refused], at)) is not None:
            status = next(run.http_status for run in refused if run.started_at == state.since)
            found.append(SourceOff(source, state.since, state.until, status, state.refusals))
    return found
