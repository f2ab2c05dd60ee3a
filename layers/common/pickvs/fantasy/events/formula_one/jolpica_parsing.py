"""Parses the answers of jolpica-f1, which continues Ergast: by name, and a race as a whole or not at all.

Every number is a string. Of a session without a result yet the list of races is empty. `position` is a number for
everybody; `positionText` says who is classified. A page is cut at `limit` rows, in the middle of a race.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from pydantic import Field, ValidationError, model_validator

from pickvs.fantasy.events.formula_one.reading import Id, Lap, Name, Part, Points, Whole, moment_of
from pickvs.fantasy.events.formula_one.rules import (
    FASTEST_LAP,
    NO_TIME,
    AnyResult,
    Entrant,
    Kind,
    QualifyingRow,
    ResultRow,
    SessionResult,
    Status,
)
from pickvs.fantasy.events.formula_one.schedule.rules import Part as Session
from pickvs.fantasy.events.formula_one.schedule.rules import Weekend
from pickvs.jobs.errors import BadAnswer
from pickvs.jobs.sources import Capture, Skipped
from pickvs.markets.providers.reading import json_of

_STATUSES: dict[str, Status] = {"R": "dnf", "N": "nc", "D": "dsq", "E": "dsq", "W": "dns", "F": "dns"}
"""What a `positionText` without a number means. E: excluded. F: failed to qualify."""
_LISTS: dict[Kind, str] = {"race": "Results", "sprint": "SprintResults", "qualifying": "QualifyingResults"}
_SESSIONS: tuple[tuple[str, Session], ...] = (
    ("FirstPractice", "practice_1"),
    ("SecondPractice", "practice_2"),
    ("ThirdPractice", "practice_3"),
    ("SprintShootout", "sprint_qualifying"),
    ("SprintQualifying", "sprint_qualifying"),
    ("Sprint", "sprint"),
    ("Qualifying", "qualifying"),
)
_FIRST_SPRINT_QUALIFYING = 2023


class _Driver(Part):
    driver_id: Id = Field(alias="driverId")
    code: Name | None = None
    family_name: Name | None = Field(alias="familyName", default=None)
    given_name: Name | None = Field(alias="givenName", default=None)
    permanent_number: Whole | None = Field(alias="permanentNumber", default=None)


class _Team(Part):
    team_id: Id = Field(alias="constructorId")


class _Time(Part):
    time: Lap


class _FastestLap(Part):
    rank: Whole | None = None
    time: _Time | None = Field(alias="Time", default=None)


class _Row(Part):
    number: Whole
    driver: _Driver = Field(alias="Driver")
    team: _Team = Field(alias="Constructor")
    position: Whole

    @property
    def entrant(self) -> Entrant:
        return Entrant(
            driver=self.driver.driver_id,
            team=self.team.team_id,
            car_number=self.number,
            code=self.driver.code,
            family_name=self.driver.family_name,
            given_name=self.driver.given_name,
        )


class _ResultRow(_Row):
    position_text: str = Field(alias="positionText")
    points: Points
    grid: Whole
    fastest_lap: _FastestLap | None = Field(alias="FastestLap", default=None)

    @model_validator(mode="after")
    def _agrees(self) -> "_ResultRow":
        if self.position_text not in _STATUSES and self.position_text != str(self.position):
            raise ValueError(f"positionText {self.position_text[:10]!r} is no known status, and not the position")
        return self

    def row(self) -> ResultRow:
        status = _STATUSES.get(self.position_text, "classified")
        lap = self.fastest_lap
        return ResultRow(
            entrant=self.entrant,
            status=status,
            position=self.position if status == "classified" else None,
            grid=self.grid,
            points=self.points,
            lap_rank=lap.rank if lap is not None else None,
            lap_ms=lap.time.time if lap is not None and lap.time is not None else None,
        )


class _QualifyingRow(_Row):
    first: Lap = Field(alias="Q1", default=None)

    def row(self) -> QualifyingRow:
        return QualifyingRow(
            entrant=self.entrant, status="classified", position=self.position, has_time=self.first is not None
        )


class _Circuit(Part):
    circuit_id: Id = Field(alias="circuitId")


class _Start(Part):
    day: date = Field(alias="date")
    time: str | None = None

    def moment(self) -> datetime | None:
        return moment_of(self.day, self.time)


class _Race(_Start):
    season: Whole
    name: Name = Field(alias="raceName")
    circuit: _Circuit = Field(alias="Circuit")

    @model_validator(mode="after")
    def _is_of_its_season(self) -> "_Race":
        if self.day.year != self.season:
            raise ValueError(f"the race is on {self.day}, outside its season {self.season}")
        return self


class _Standing(Part):
    position: Whole | None = None
    points: Points
    driver: _Driver = Field(alias="Driver")


class _Paging(Part):
    limit: Whole
    offset: Whole
    total: Whole


@dataclass(frozen=True, slots=True)
class Page:
    """A page of results. races: as answered, unparsed. rows: how many it has, of `total` in all."""

    kind: Kind
    races: tuple[dict[str, Any], ...]
    offset: int
    rows: int
    total: int

    @property
    def next_offset(self) -> int | None:
        """Where the next page begins; None after the last one."""
        end = self.offset + self.rows
        return end if end < self.total and self.rows > 0 else None


@dataclass(frozen=True, slots=True)
class OfficialPlace:
    """A driver's place in the official standings. position: None where the source gives none."""

    driver: str
    position: int | None
    points: Points


def read_page(body: bytes, kind: Kind) -> Page:
    """Parse the frame of a page of results. Raises BadAnswer if it is not one."""
    data = _frame(body)
    paging = _paging(data)
    races = _objects(data, "RaceTable", "Races")
    rows = 0
    for race in races:
        listed = race.get(_LISTS[kind])
        if not isinstance(listed, list):
            raise BadAnswer(f"a race has no list {_LISTS[kind]}")
        rows += len(listed)
    return Page(kind, races, paging.offset, rows, paging.total)


def read_results(pages: Sequence[Page]) -> Capture[AnyResult]:
    """Return the results of all pages of one question. A race that continues on the next page is joined.

    A race with a row that cannot be read is left out as a whole. Raises BadAnswer if pages are missing, or overlap.
    """
    expected = 0
    for page in pages:
        if page.offset != expected or page.total != pages[0].total:
            raise BadAnswer(f"the pages do not follow each other: one begins at {page.offset}, not at {expected}")
        expected += page.rows
    if not pages or expected != pages[0].total:
        raise BadAnswer(f"the pages have {expected} of {pages[0].total if pages else 'some'} rows")
    items: list[AnyResult] = []
    skipped: list[Skipped] = []
    for kind, race, rows in _joined(pages):
        try:
            items.append(_result(kind, _Race.model_validate(race), rows))
        except (ValidationError, ValueError) as problem:
            skipped.append(Skipped(_reason(problem), _label(race)))
    return Capture(tuple(items), tuple(skipped))


def read_schedule(body: bytes) -> Capture[Weekend]:
    """Parse the races of a season. Raises BadAnswer if the body is no answer, or only a part of the season."""
    data = _frame(body)
    return _each(_all(data, _objects(data, "RaceTable", "Races")), _weekend)


def read_drivers(body: bytes) -> Capture[Entrant]:
    """Parse the drivers of a season or event. Raises BadAnswer.

    The answer does not say for whom they drive. Their number is the permanent one, 0 for none: a champion may drive
    with the number 1, which the first result tells.
    """

    def driver(raw: dict[str, Any]) -> Entrant:
        read = _Driver.model_validate(raw)
        return Entrant(
            driver=read.driver_id,
            team="",
            car_number=read.permanent_number or 0,
            code=read.code,
            family_name=read.family_name,
            given_name=read.given_name,
        )

    data = _frame(body)
    return _each(_all(data, _objects(data, "DriverTable", "Drivers")), driver)


def read_standings(body: bytes) -> Capture[OfficialPlace]:
    """Parse the driver standings after a round. Empty before the first. Raises BadAnswer."""
    data = _frame(body)
    lists = _objects(data, "StandingsTable", "StandingsLists")
    if len(lists) > 1:
        raise BadAnswer(f"the answer has {len(lists)} standings, not those of one round")
    rows = [row for each in lists for row in _list(each, "DriverStandings")]

    def place(raw: dict[str, Any]) -> OfficialPlace:
        read = _Standing.model_validate(raw)
        return OfficialPlace(read.driver.driver_id, read.position, read.points)

    return _each(_all(data, rows), place)


def _result(kind: Kind, race: _Race, rows: Sequence[Any]) -> AnyResult:
    circuit, day = race.circuit.circuit_id, race.day
    if kind == "qualifying":
        return SessionResult(
            season=race.season,
            circuit=circuit,
            race_day=day,
            kind=kind,
            rows=tuple(_QualifyingRow.model_validate(row).row() for row in rows),
            states=frozenset({NO_TIME}),
        )
    return SessionResult(
        season=race.season,
        circuit=circuit,
        race_day=day,
        kind=kind,
        rows=tuple(_ResultRow.model_validate(row).row() for row in rows),
        states=frozenset({FASTEST_LAP}),
    )


def _weekend(raw: dict[str, Any]) -> Weekend:
    race = _Race.model_validate(raw)
    starts: dict[Session, datetime] = {}
    for name, part in _SESSIONS:
        moment = _Start.model_validate(raw[name]).moment() if raw.get(name) is not None else None
        if moment is not None:
            starts[part] = moment
    has_sprint = raw.get("Sprint") is not None
    # Since 2023 there is one practice on such a weekend; some answers list the shootout as the second one.
    if has_sprint and race.season >= _FIRST_SPRINT_QUALIFYING and "sprint_qualifying" not in starts:
        second = starts.pop("practice_2", None)
        if second is not None:
            starts["sprint_qualifying"] = second
    began = race.moment()
    if began is not None:
        starts["race"] = began
    return Weekend(
        season=race.season,
        circuit=race.circuit.circuit_id,
        name=race.name,
        race_day=race.day,
        starts=MappingProxyType(starts),
        has_sprint=has_sprint,
    )


def _joined(pages: Sequence[Page]) -> Iterator[tuple[Kind, dict[str, Any], list[Any]]]:
    found: dict[str, tuple[Kind, dict[str, Any], list[Any]]] = {}
    for page in pages:
        for race in page.races:
            key = repr([race.get(part) for part in ("season", "round", "date")])
            _, _, rows = found.setdefault(key, (page.kind, race, []))
            rows.extend(race[_LISTS[page.kind]])
    yield from found.values()


def _each[Item](raws: Sequence[dict[str, Any]], read: Callable[[dict[str, Any]], Item]) -> Capture[Item]:
    items: list[Item] = []
    skipped: list[Skipped] = []
    for raw in raws:
        try:
            items.append(read(raw))
        except (ValidationError, ValueError) as problem:
            skipped.append(Skipped(_reason(problem), _label(raw)))
    return Capture(tuple(items), tuple(skipped))


def _frame(body: bytes) -> dict[str, Any]:
    data = json_of(body, dict).get("MRData")
    if not isinstance(data, dict):
        raise BadAnswer("the answer has no MRData")
    return data


def _paging(data: dict[str, Any]) -> _Paging:
    try:
        return _Paging.model_validate(data)
    except ValidationError as problem:
        raise BadAnswer(f"the answer has no readable paging: {_reason(problem)}") from None


def _all(data: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Return the rows of an answer that has one page. Raises BadAnswer if there are more."""
    total = _paging(data).total
    if len(rows) != total:
        raise BadAnswer(f"the answer has {len(rows)} of {total} rows; ask with a higher limit")
    return rows


def _objects(data: dict[str, Any], table: str, name: str) -> tuple[dict[str, Any], ...]:
    inside = data.get(table)
    if not isinstance(inside, dict):
        raise BadAnswer(f"the answer has no {table}")
    return tuple(_list(inside, name))


def _list(inside: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = inside.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadAnswer(f"{name} is missing, or no list of objects")
    return found


def _reason(problem: ValidationError | ValueError) -> str:
    """Return what is wrong, and where, without the value: it is the source's."""
    if isinstance(problem, ValidationError):
        first = problem.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(each) for each in first['loc']) or 'the row'}: {first['msg']}"
    return str(problem)


def _label(raw: dict[str, Any]) -> str | None:
    named = raw.get("raceName", raw.get("driverId"))
    return named[:60] if isinstance(named, str) else None
