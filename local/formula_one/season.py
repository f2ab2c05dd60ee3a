"""A season of Formula 1 as its sources come to know it: schedules and results in versions, each from a moment on.

Both sources tell the same season. They differ in when they tell a version, and a version may be told by one of them
alone: so they disagree for a while, or for good.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol

type Source = Literal["jolpica", "f1db"]
SOURCES: tuple[Source, ...] = ("jolpica", "f1db")
type Kind = Literal["qualifying", "sprint", "race"]
"""A session with results."""
type Part = Literal["practice_1", "practice_2", "practice_3", "sprint_qualifying", "sprint", "qualifying", "race"]
type Mark = Literal["R", "N", "D", "E", "W", "F"]
"""Why a driver is not classified: retired, not classified, disqualified, excluded, withdrawn, failed to qualify."""
type Known = Mapping[Source, datetime]
"""Since when each source tells something. A source that is left out never does."""

PIT_LANE = 0
DISQUALIFIED: frozenset[Mark] = frozenset({"D", "E"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A driver. ids: by source. number: that he has chosen for good; his car may have another one."""

    ids: Mapping[Source, str]
    number: int | None
    code: str
    given_name: str
    family_name: str

    @property
    def key(self) -> str:
        """What identifies him here: the first source's id."""
        return self.ids["jolpica"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team. ids: by source."""

    ids: Mapping[Source, str]
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A driver in a car. number: of the car."""

    driver: Driver
    team: Team
    number: int


@dataclass(frozen=True, slots=True)
class Lap:
    """A driver's best lap. time: such as 1:07.012. rank: among all best laps; None where a source does not tell it."""

    time: str
    number: int
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """A row of a sprint or race. place: in the list, also of who is not classified. grid: PIT_LANE for a start there.

    mark: None for who is classified. status: in the source's words. time: of the winner, and what others were behind.
    """

    entry: Entry
    place: int
    mark: Mark | None
    points: Decimal
    grid: int
    laps: int
    status: str
    time: str | None = None
    best: Lap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualified:
    """A row of a qualifying. times: of Q1, Q2 and Q3, as far as he set one."""

    entry: Entry
    place: int
    times: Sequence[str | None]


type Row = Finish | Qualified


@dataclass(frozen=True, slots=True)
class Version:
    """A result as it is told for a while."""

    known: Known
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Announced:
    """A schedule as it is told for a while. day: of the race. starts: of the sessions whose time is told, in UTC.

    starts: None once the weekend is no longer listed, because it was cancelled.
    """

    known: Known
    day: date
    starts: Mapping[Part, datetime] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """Where a weekend takes place. ids: by source."""

    ids: Mapping[Source, str]
    name: str
    locality: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekend:
    """A race weekend. entries: who is told to take part, from `entries_known` on. results: versions by session."""

    name: str
    circuit: Circuit
    announced: Sequence[Announced]
    entries_known: Known
    entries: Sequence[Entry]
    results: Mapping[Kind, Sequence[Version]] = field(default_factory=dict)

    def schedule(self, source: Source, now: datetime) -> Announced | None:
        """Return what a source says of the times; None if it does not list the weekend."""
        found = _latest(self.announced, source, now)
        return None if found is None or found.starts is None else found

    def rows(self, kind: Kind, source: Source, now: datetime) -> Sequence[Row]:
        """Return a result as a source tells it. Empty before it is known."""
        found = _latest(self.results.get(kind, ()), source, now)
        return () if found is None else found.rows


@dataclass(frozen=True, slots=True)
class Standing:
    """A driver's place in the official standings, with his teams in the order in which he drove for them."""

    driver: Driver
    teams: Sequence[Team]
    place: int
    points: Decimal
    wins: int


class Season(Protocol):
    """The weekends of a year, in their order."""

    @property
    def year(self) -> int:
        """The year of the races."""

    def weekends(self, now: datetime) -> Sequence[Weekend]:
        """Return the weekends that exist at a moment, by the date of the race."""

    def standings(self, weekends: Sequence[Weekend], now: datetime) -> Sequence[Standing]:
        """Return the official standings after these weekends, in their order."""

    def last_year(self) -> Sequence[Standing]:
        """Return the final standings of the year before. Empty if they are not known."""


def listed(season: Season, source: Source, now: datetime) -> list[tuple[int, Weekend, Announced]]:
    """Return the weekends that a source lists, with their rounds: a weekend that is cancelled renumbers the rest."""
    found = [(weekend, weekend.schedule(source, now)) for weekend in season.weekends(now)]
    told = [(weekend, schedule) for weekend, schedule in found if schedule is not None]
    return [(number, weekend, schedule) for number, (weekend, schedule) in enumerate(told, start=1)]


def standings(weekends: Iterable[Weekend], now: datetime, source: Source = "jolpica") -> list[Standing]:
    """Return the standings that follow from what a source tells: by points, then by wins, second places and so on."""
    points: defaultdict[str, Decimal] = defaultdict(Decimal)
    places: defaultdict[str, Counter[int]] = defaultdict(Counter)
    drivers: dict[str, Driver] = {}
    teams: defaultdict[str, dict[str, Team]] = defaultdict(dict)
    most = 0
    sessions: tuple[Kind, ...] = ("sprint", "race")
    for weekend in weekends:
        for kind in sessions:
            for row in weekend.rows(kind, source, now):
                if not isinstance(row, Finish):
                    raise TypeError(f"a row of a {kind} is no finish")
                key = row.entry.driver.key
                drivers[key] = row.entry.driver
                teams[key].setdefault(row.entry.team.ids[source], row.entry.team)
                points[key] += row.points
                if kind == "race" and row.mark is None:
                    places[key][row.place] += 1
                    most = max(most, row.place)
    worth = {key: (points[key], tuple(places[key][place] for place in range(1, most + 1))) for key in drivers}
    order = sorted(sorted(drivers), key=worth.__getitem__, reverse=True)
    return [
        Standing(
            driver=drivers[key],
            teams=tuple(teams[key].values()),
            place=1 + sum(worth[other] > worth[key] for other in drivers),
            points=points[key],
            wins=places[key][1],
        )
        for key in order
    ]


def _latest[Told: (Version, Announced)](versions: Iterable[Told], source: Source, now: datetime) -> Told | None:
    """Return what a source tells at a moment: of the versions that it knows by then, the one that it learned last."""
    known = [each for each in versions if source in each.known and each.known[source] <= now]
    return max(known, key=lambda each: each.known[source], default=None)
