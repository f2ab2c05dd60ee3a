"""Tables in the columns of Ergast's CSV dump: races, their results, and who takes part.

A file is plain or packed by gzip. A cell without a value holds a backslash and an N, or nothing.
"""

import csv
import gzip
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path

from local.errors import LaptopError

NONE = ("", "\\N")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "races": ("raceId", "year", "round", "circuitId", "name", "date"),
    "results": ("raceId", "driverId", "constructorId", "number", "grid", "positionText", "positionOrder", "points"),
    "qualifying": ("raceId", "driverId", "constructorId", "number", "position", "q1"),
    "drivers": ("driverId", "driverRef", "forename", "surname"),
    "constructors": ("constructorId", "constructorRef", "name"),
    "sprint_results": ("raceId", "driverId", "constructorId", "number", "grid", "positionText", "positionOrder"),
    "driver_standings": ("raceId", "driverId", "points", "position"),
    "status": ("statusId", "status"),
    "circuits": ("circuitId", "circuitRef", "name"),
}
"""The tables that are read, with the columns that each must have."""
_OPTIONAL = frozenset({"sprint_results", "driver_standings", "status", "circuits"})

type Row = Mapping[str, str]


@dataclass(frozen=True)
class Ergast:
    """The tables of a folder. Each is read when it is first asked for. Raises LaptopError if one cannot be used."""

    folder: Path

    def races(self, year: int) -> list[Row]:
        """Return the races of a season by round."""
        found = [row for row in self._races if row["year"] == str(year)]
        return sorted(found, key=lambda row: int(row["round"]))

    @cached_property
    def results(self) -> Mapping[str, Sequence[Row]]:
        """Rows of races by raceId, in the order of the result."""
        return self._by_race("results", "positionOrder")

    @cached_property
    def sprints(self) -> Mapping[str, Sequence[Row]]:
        """Rows of sprints by raceId, in the order of the result."""
        return self._by_race("sprint_results", "positionOrder")

    @cached_property
    def qualifying(self) -> Mapping[str, Sequence[Row]]:
        """Rows of qualifying by raceId, by position."""
        return self._by_race("qualifying", "position")

    @cached_property
    def standings(self) -> Mapping[str, Sequence[Row]]:
        """Rows of the drivers' standings after a race by raceId, by position. Empty without the table."""
        return self._by_race("driver_standings", "position")

    @cached_property
    def drivers(self) -> Mapping[str, Row]:
        """Drivers by driverId."""
        return {row["driverId"]: row for row in self._table("drivers")}

    @cached_property
    def constructors(self) -> Mapping[str, Row]:
        """Teams by constructorId."""
        return {row["constructorId"]: row for row in self._table("constructors")}

    @cached_property
    def circuits(self) -> Mapping[str, Row]:
        """Circuits by circuitId. Empty without the table."""
        return {row["circuitId"]: row for row in self._table("circuits")}

    @cached_property
    def statuses(self) -> Mapping[str, str]:
        """The words of a status by statusId. Empty without the table."""
        return {row["statusId"]: row["status"] for row in self._table("status")}

    @cached_property
    def _races(self) -> Sequence[Row]:
        return self._table("races")

    def _by_race(self, name: str, order: str) -> Mapping[str, Sequence[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._table(name):
            found[row["raceId"]].append(row)
        try:
            return {race: sorted(rows, key=lambda row: int(row[order])) for race, rows in found.items()}
        except ValueError:
            raise LaptopError(f"{name} in {self.folder} has a row without a number in {order}") from None

    def _table(self, name: str) -> list[Row]:
        files = [self.folder.expanduser() / f"{name}{suffix}" for suffix in (".csv", ".csv.gz")]
        file = next((file for file in files if file.is_file()), None)
        if file is None:
            if name in _OPTIONAL:
                return []
            raise LaptopError(f"{self.folder} has no {name}.csv or {name}.csv.gz; docs/replay.md lists the tables")
        try:
            rows = list(csv.DictReader(_lines(file), restval=""))
        except csv.Error as error:
            raise LaptopError(f"{file} cannot be read: {error}") from None
        if missing := sorted(set(_COLUMNS[name]) - (rows[0].keys() if rows else set())):
            raise LaptopError(f"{file} has no column {', '.join(missing)}; docs/replay.md lists the tables")
        return list(rows)


def cell(row: Row, column: str) -> str | None:
    """Return what a cell holds; None for nothing, or if the table has no such column."""
    held = row.get(column, "")
    return None if held in NONE else held


def moment(row: Row, day: str, clock: str) -> datetime | None:
    """Return the moment in two columns, in UTC; None if one of them is empty. Raises LaptopError."""
    told = cell(row, day), cell(row, clock)
    if told[0] is None or told[1] is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(told[0]), time.fromisoformat(told[1].removesuffix("Z")), UTC)
    except ValueError:
        raise LaptopError(
            f"the race {row.get('name', '')[:60]!r} has no readable moment in {day} and {clock}"
        ) from None


def _lines(file: Path) -> Iterator[str]:
    try:
        with (
            gzip.open(file, "rt", encoding="utf-8", newline="")
            if file.suffix == ".gz"
            else file.open(encoding="utf-8", newline="")
        ) as text:
            yield from text
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise LaptopError(f"{file} cannot be read: {error}") from None
