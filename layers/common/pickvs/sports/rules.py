"""The covered sports and their calendars. Pure: the table in `sports.json` is read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pickvs.sports.table import rows

type SportMarket = Literal["moneyline", "spread", "total"]
type MoneylineKind = Literal["two_way", "three_way"]
type Roster = Literal["closed", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sport:
    """A covered sport: one row of the table."""

    key: str
    """The provider's key."""
    title: str
    group: str
    """The kind of game, such as Soccer."""
    zone: str
    """IANA name of the league's time zone."""
    season_start: tuple[int, int]
    """Month and day that end one season and start the next, between the last final and the first exhibition game."""
    markets: tuple[SportMarket, ...]
    """Markets that are requested from the provider. Each costs credits."""
    moneyline: MoneylineKind
    """Outcomes of the moneyline that the official score decides. `three_way` has a draw. Ice hockey is `two_way`: the
    official score includes overtime and shoot-out, and never ties."""
    tie_possible: bool
    """Whether the official final score can be a tie."""
    overtime_counts: bool
    """Whether the official final score includes overtime."""
    typical_minutes: int
    """Typical length of a game, with its breaks."""
    doubleheaders: bool
    """Whether two teams may meet twice a day."""
    roster: Roster
    """`closed`: all teams are in the reference data. `open`: a team is registered when a provider first names it."""

    @property
    def time_zone(self) -> ZoneInfo:
        """The league's time zone. Read when it is first needed."""
        return ZoneInfo(self.zone)


def _sport(row: dict[str, Any]) -> Sport:
    month, day = row.pop("season_start")
    return Sport(zone=row.pop("time_zone"), season_start=(month, day), markets=tuple(row.pop("markets")), **row)


SPORTS: Mapping[str, Sport] = MappingProxyType({row["key"]: _sport(row) for row in rows()})
"""All covered sports, by key, in the order of the keys."""


def local_date(sport: str, moment: datetime) -> date:
    """Return the date of `moment` (timezone-aware) in the league's time zone.

    Raises KeyError if the sport is not covered.
    """
    return moment.astimezone(SPORTS[sport].time_zone).date()


def season_of(sport: str, day: date) -> int:
    """Return the season of a league-local day: the year in which the season starts.

    Raises KeyError if the sport is not covered.
    """
    return day.year if (day.month, day.day) >= SPORTS[sport].season_start else day.year - 1


def season_days(sport: str, season: int) -> tuple[date, date]:
    """Return the first and the last day of a season. Raises KeyError if the sport is not covered."""
    month, day = SPORTS[sport].season_start
    return date(season, month, day), date(season + 1, month, day) - timedelta(days=1)


def seasons() -> dict[str, tuple[int, int]]:
    """Return the month and day on which each covered sport's season starts, by key."""
    return {key: covered.season_start for key, covered in SPORTS.items()}
