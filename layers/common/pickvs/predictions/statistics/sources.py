"""Sources of statistics that are not asked at the moment, because they refuse to answer."""

from dataclasses import dataclass
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.jobs.reading import source_off
from pickvs.predictions.statistics.preference.rules import JOBS


@dataclass(frozen=True, slots=True)
class StatsSourceOff:
    """A source is off. since: its last refusal that counted. until: when it is asked again, the next UTC day."""

    source: str
    since: datetime
    until: datetime
    refusals: int


def sources_off(connection: Connection, at: datetime) -> list[StatsSourceOff]:
    """Return the sources that are off at `at`. The rows of their runs say so; no state is kept beside them."""
    states = {source: source_off(connection, job, at) for source, job in JOBS.items()}
    return [
        StatsSourceOff(source, state.since, state.until, state.refusals)
        for source, state in states.items()
        if state is not None
    ]
