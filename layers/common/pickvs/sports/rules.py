"""The covered sports and their calendars. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Sport:
    """A covered sport. key: the provider's key. time_zone: the one of the league's game dates."""

    key: str
    title: str
    time_zone: ZoneInfo
    season_start: tuple[int, int]
    """Month and day that end one season and start the next, between the last final and the first exhibition game."""


SPORTS: Mapping[str, Sport] = MappingProxyType(
    {sport.key: sport for sport in (Sport("basketball_nba", "NBA", ZoneInfo("America/New_York"), season_start=(8, 1)),)}
)
"""All covered sports, by key."""


def local_date(sport: str, moment: datetime) -> date:
    """Return the date of `moment` (timezone-aware) in the league's time zone.

    Raises KeyError if the sport is not covered.
    """
    return moment.astimezone(SPORTS[sport].time_zone).date()


def seasons() -> dict[str, tuple[int, int]]:
    """Return the month and day on which each covered sport's season starts, by key."""
    return {key: covered.season_start for key, covered in SPORTS.items()}
