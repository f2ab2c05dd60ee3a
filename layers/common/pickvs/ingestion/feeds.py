"""The age of what the other feeds bring: slates of daily fantasy, who is hurt, and weather.

A feed that is dead, or that the stage does not ask, changes its own age alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pickvs.core.database import Connection
from pickvs.dfs.slates.rules import SLATE_JOBS
from pickvs.dfs.weather.rules import JOBS as WEATHER_JOBS
from pickvs.jobs import freshness as jobs
from pickvs.markets.providers.config import odds_api_sports
from pickvs.predictions.statistics.config import injury_sources_of
from pickvs.predictions.statistics.injuries.rules import PART as INJURIES
from pickvs.predictions.statistics.preference.rules import INJURY_SOURCES, JOBS

type Feed = Literal["slates", "injuries", "weather"]
"""What a source brings."""


@dataclass(frozen=True, slots=True)
class FeedData:
    """When a source last brought something usable; None if it never did. sport: None if it brings no sport's own."""

    feed: Feed
    source: str
    sport: str | None
    last: datetime | None


def feeds_data(connection: Connection) -> list[FeedData]:
    """Return the freshness of each source that the platform knows, whether or not the stage asks it.

    Slates and weather are as fresh as the last slate or venue of which the source told. Raises ConfigurationError
    without the stage's sports.
    """
    known = jobs.last_good(
        connection, *SLATE_JOBS.values(), *WEATHER_JOBS.values(), *(JOBS[name] for name in INJURY_SOURCES)
    )
    return list(_of(known))


def _of(known: dict[jobs.Part, datetime]) -> Iterator[FeedData]:
    for source, job in SLATE_JOBS.items():
        yield FeedData("slates", source, None, _latest(known, job))
    for sport in odds_api_sports():
        for source in injury_sources_of(sport, INJURY_SOURCES):
            yield FeedData("injuries", source, sport, known.get((JOBS[source], sport, INJURIES)))
    for source, job in WEATHER_JOBS.items():
        yield FeedData("weather", source, None, _latest(known, job))


def _latest(known: dict[jobs.Part, datetime], job: str) -> datetime | None:
    return max((at for (of, _, part), at in known.items() if of == job and part == jobs.ALL), default=None)
