"""A season of tables as its sources would have told it: when each session was, and when each result was known.

Tables tell a result as it stands today, and most of them no times of sessions. What they leave open is decided the same
way each time; docs/replay.md says how.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import cast, get_args
from unicodedata import combining, normalize

from local.errors import LaptopError
from local.formula_one.season import (
    PIT_LANE,
    Announced,
    Circuit,
    Driver,
    Entry,
    Finish,
    Kind,
    Known,
    Lap,
    Mark,
    Part,
    Qualified,
    Row,
    Standing,
    Team,
    Version,
    Weekend,
    standings,
)
from local.replay.ergast import Ergast, cell, moment
from local.replay.ergast import Row as TableRow

USUAL_START = time(14)
"""When a race starts whose table tells no time, in UTC."""
LISTED_BEFORE = timedelta(days=10)
"""Time from the publication of the schedule to the first race."""
KNOWN_AFTER: Mapping[Kind, timedelta] = {
    "qualifying": timedelta(minutes=80),
    "sprint": timedelta(minutes=80),
    "race": timedelta(hours=2, minutes=40),
}
"""Time from a session's start until the first source has its result."""
SECOND_AFTER = timedelta(hours=20)
"""Time from the race until the second source, which tells a weekend as a whole, has its results."""
ENTRIES_BEFORE = timedelta(days=10)
"""Time from the publication of who takes part to the race: before any draft of the weekend opens."""
_FIRST_SPRINT_QUALIFYING, _SPRINT_QUALIFYING_FIRST = 2023, 2024
_BEFORE_RACE: Mapping[Part, timedelta] = {"qualifying": timedelta(hours=23)}
_BEFORE_RACE_2021: Mapping[Part, timedelta] = {"qualifying": timedelta(hours=47), "sprint": timedelta(hours=24)}
_BEFORE_RACE_2024: Mapping[Part, timedelta] = {
    "sprint_qualifying": timedelta(hours=47),
    "sprint": timedelta(hours=28),
    "qualifying": timedelta(hours=24),
}
_COLUMNS: Mapping[Part, str] = {
    "practice_1": "fp1",
    "practice_2": "fp2",
    "practice_3": "fp3",
    "sprint": "sprint",
    "qualifying": "quali",
}
_LONGEST_WAIT = timedelta(hours=30)
"""Between qualifying and race without a sprint. More than that: the table has the earlier sessions a day early."""


class RaceSeason:
    """A season of tables. It satisfies `local.formula_one.season.Season`."""

    def __init__(self, tables: Ergast, year: int, most: int | None = None) -> None:
        """Read a season, or the first races of it: `most`.

        Raises LaptopError if the tables cannot be read, or have no race of the season.
        """
        self._year = year
        self._tables = tables
        self._races = tables.races(year)[:most]
        self._weekends: Sequence[Weekend] = _weekends(tables, self._races)
        if not self._weekends:
            raise LaptopError(f"{tables.folder} has no race of {year}")

    @property
    def year(self) -> int:
        """The year of the races."""
        return self._year

    @property
    def begins(self) -> datetime:
        """When the schedule is published."""
        return min(self._weekends[0].announced[0].known.values())

    @property
    def ends(self) -> datetime:
        """When the last source has the last result, or the last amendment."""
        return max(
            moment
            for weekend in self._weekends
            for versions in weekend.results.values()
            for version in versions
            for moment in version.known.values()
        )

    def weekends(self, now: datetime) -> Sequence[Weekend]:
        """Return all weekends of the season: the tables know them from the beginning."""
        return self._weekends

    def last_year(self) -> Sequence[Standing]:
        """Return the final standings of the year before. Empty if the tables do not have it."""
        return self._last_year

    def standings(self, weekends: Sequence[Weekend], now: datetime) -> Sequence[Standing]:
        """Return the official standings after these weekends: with the places that the tables have, if they do."""
        return _official(self._tables, self._races, weekends, now)

    @cached_property
    def _last_year(self) -> Sequence[Standing]:
        races = self._tables.races(self.year - 1)
        return _official(self._tables, races, _weekends(self._tables, races), datetime.max.replace(tzinfo=UTC))

    def plan(self, weekends: Sequence[Weekend]) -> None:
        """Play these weekends instead: a season with faults."""
        self._weekends = sorted(weekends, key=lambda each: each.announced[0].day)


def starts_of(weekend: Weekend) -> Mapping[Part, datetime]:
    """Return when the sessions of a weekend of tables are, as they are first announced."""
    starts = weekend.announced[0].starts
    if starts is None:
        raise ValueError(f"{weekend.name} is not listed")
    return starts


@dataclass(frozen=True)
class _Names:
    """Drivers, teams and circuits of tables. The second source's ids are made of names, as that source makes them."""

    tables: Ergast

    def entry(self, row: TableRow) -> Entry:
        number = cell(row, "number")
        if number is None:
            raise LaptopError(
                f"a row of race {row['raceId']} has no number of its car; such seasons cannot be replayed"
            )
        return Entry(self.driver(row["driverId"]), self.team(row["constructorId"]), int(number))

    def driver(self, key: str) -> Driver:
        row = self.tables.drivers[key]
        number = cell(row, "number")
        return Driver(
            ids={"jolpica": row["driverRef"], "f1db": slug(f"{row['forename']} {row['surname']}")},
            number=None if number is None else int(number),
            code=cell(row, "code") or plain(row["surname"])[:3].upper(),
            given_name=row["forename"],
            family_name=row["surname"],
        )

    def team(self, key: str) -> Team:
        row = self.tables.constructors[key]
        return Team(ids={"jolpica": row["constructorRef"], "f1db": slug(row["constructorRef"])}, name=row["name"])

    def circuit(self, key: str) -> Circuit:
        row = self.tables.circuits.get(key, {})
        reference = cell(row, "circuitRef") or f"circuit_{key}"
        return Circuit(
            ids={"jolpica": reference, "f1db": slug(reference)},
            name=cell(row, "name") or f"Circuit {key}",
            locality=cell(row, "location") or "",
            country=cell(row, "country") or "",
        )


def plain(name: str) -> str:
    """Return a name without accents, in lower case."""
    return "".join(each for each in normalize("NFKD", name) if not combining(each)).lower()


def slug(name: str) -> str:
    """Return a name as the second source makes ids: `max-verstappen`."""
    return re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")


def _weekends(tables: Ergast, races: Sequence[TableRow]) -> list[Weekend]:
    if not races:
        return []
    known_from = _race_start(races[0]) - LISTED_BEFORE
    return [_weekend(tables, race, known_from) for race in races]


def _official(
    tables: Ergast, races: Sequence[TableRow], weekends: Sequence[Weekend], now: datetime
) -> Sequence[Standing]:
    """Return the standings after weekends: points from their results, places from the table of the last of them.

    After a round, equals in points are not always ordered by countback in the tables.
    """
    found = standings(weekends, now)
    last = weekends[-1].name if weekends else None
    key = next((race["raceId"] for race in races if race["name"] == last), "")
    drivers = tables.drivers
    places = {drivers[row["driverId"]]["driverRef"]: int(row["position"]) for row in tables.standings.get(key, ())}
    if not places:
        return found
    told = [replace(each, place=places.get(each.driver.key, each.place)) for each in found]
    return sorted(told, key=lambda each: each.place)


def _weekend(tables: Ergast, race: TableRow, listed_from: datetime) -> Weekend:
    names = _Names(tables)
    key = race["raceId"]
    start = _race_start(race)
    starts = _starts(race, has_sprint=key in tables.sprints)
    second = start + SECOND_AFTER
    known: dict[Kind, Known] = {
        kind: {"jolpica": starts[cast("Part", kind)] + after, "f1db": second}
        for kind, after in KNOWN_AFTER.items()
        if cast("Part", kind) in starts
    }
    rows: dict[Kind, list[Row]] = {
        "qualifying": [_qualified(names, row) for row in tables.qualifying.get(key, ())],
        "sprint": [_finish(tables, names, row) for row in tables.sprints.get(key, ())],
        "race": [_finish(tables, names, row) for row in tables.results.get(key, ())],
    }
    both: Known = {"jolpica": listed_from, "f1db": listed_from}
    return Weekend(
        name=race["name"],
        circuit=names.circuit(race["circuitId"]),
        announced=(
            Announced({"jolpica": listed_from}, start.date(), starts),
            Announced({"f1db": listed_from}, start.date(), _corrected(starts)),
        ),
        entries_known=dict.fromkeys(both, max(start - ENTRIES_BEFORE, listed_from)),
        entries=tuple(row.entry for row in rows["race"]),
        results={kind: (Version(known[kind], tuple(told)),) for kind, told in rows.items() if told},
    )


def _race_start(race: TableRow) -> datetime:
    told = moment(race, "date", "time")
    return told or datetime.combine(date.fromisoformat(race["date"]), USUAL_START, UTC)


def _starts(race: TableRow, *, has_sprint: bool) -> Mapping[Part, datetime]:
    """Return when the sessions are: as the table tells, or as such a weekend is usually run."""
    year, start = int(race["year"]), _race_start(race)
    starts: dict[Part, datetime] = {"race": start}
    for part, column in _COLUMNS.items():
        told = moment(race, f"{column}_date", f"{column}_time")
        if told is not None:
            starts[part] = told
    # Since 2023 there is one practice on such a weekend; tables list the sprint's qualifying as the second one.
    if has_sprint and year >= _FIRST_SPRINT_QUALIFYING and "practice_2" in starts:
        starts["sprint_qualifying"] = starts.pop("practice_2")
    usual = _BEFORE_RACE
    if has_sprint:
        usual = _BEFORE_RACE_2024 if year >= _SPRINT_QUALIFYING_FIRST else _BEFORE_RACE_2021
    if "qualifying" not in starts or (has_sprint and "sprint" not in starts):
        starts = {part: start - before for part, before in usual.items()}
        starts["race"] = start
    return {part: starts[part] for part in get_args(Part.__value__) if part in starts}


def _corrected(starts: Mapping[Part, datetime]) -> Mapping[Part, datetime]:
    """Return the times as the second source has them: right, where a table has those of the days before a day early."""
    if "sprint" in starts or starts["race"] - starts["qualifying"] <= _LONGEST_WAIT:
        return starts
    return {part: start if part == "race" else start + timedelta(days=1) for part, start in starts.items()}


def _qualified(names: _Names, row: TableRow) -> Qualified:
    return Qualified(
        entry=names.entry(row),
        place=int(row["position"]),
        times=tuple(cell(row, column) for column in ("q1", "q2", "q3")),
    )


def _finish(tables: Ergast, names: _Names, row: TableRow) -> Finish:
    text = row["positionText"]
    is_mark = text in get_args(Mark.__value__)
    if not is_mark and text != row["positionOrder"]:
        raise LaptopError(
            f"a row of race {row['raceId']} has a positionText that is neither its order nor a known mark"
        )
    lap_time, rank = cell(row, "fastestLapTime"), cell(row, "rank")
    return Finish(
        entry=names.entry(row),
        place=int(row["positionOrder"]),
        mark=cast("Mark", text) if is_mark else None,
        points=Decimal(row["points"]),
        grid=int(cell(row, "grid") or PIT_LANE),
        laps=int(cell(row, "laps") or 0),
        status=tables.statuses.get(row.get("statusId", ""), "Retired" if is_mark else "Finished"),
        time=cell(row, "time"),
        best=None
        if lap_time is None
        else Lap(lap_time, int(cell(row, "fastestLap") or 0), None if rank is None else int(rank)),
    )
