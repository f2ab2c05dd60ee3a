"""Sources of statistics that are not asked at the moment, because they refuse to answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from pickvs.core.database import Connection
from pickvs.jobs.reading import failures_with
from pickvs.jobs.rules import REFUSALS, REFUSED_WITHIN, off
from pickvs.predictions.statistics.preference.rules import ALL_SOURCES


@dataclass(frozen=True, slots=True)
class StatsSourceOff:
    """A source is off. since: its last refusal that counted. until: when it is asked again, the next UTC day."""

    source: str
    since: datetime
    until: datetime
    refusals: int


def sources_off(connection: Connection, at: datetime) -> list[StatsSourceOff]:
    """Return the sources that are off at `at`. The rows of their runs say so; no state is kept beside them."""
    day = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    found = []
    for source in ALL_SOURCES:
        refused = failures_with(connection, f"{source}_stats", statuses=REFUSALS, since=day - REFUSED_WITHIN)
        if (state := off([run.started_at for run in refused], at)) is not None:
            found.append(StatsSourceOff(source, state.since, state.until, state.refusals))
    return found
