"""Parses the records of f1db: one list for each part of a race, as in its folder of seasons.

`position` is a number or DNF, DSQ, DNS, NC; `gridPosition` is a number or PL, the pit lane. Points are null for none.
The fastest lap of a race is in a list of its own, which may come later; of a sprint there is none.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from pickvs.fantasy.events.formula_one.reading import Id, Lap, Name, Part, Points, Whole, moment_of
from pickvs.fantasy.events.formula_one.rules import (
    FASTEST_LAP,
    NO_TIME,
    PIT_LANE,
    Entrant,
    QualifyingRow,
    ResultRow,
    SessionResult,
    Status,
)
from pickvs.fantasy.events.formula_one.schedule.rules import Part as Session
from pickvs.fantasy.events.formula_one.schedule.rules import Weekend
from pickvs.jobs.errors import BadAnswer

_STATUSES: Mapping[str, Status] = MappingProxyType(
    {
        "DNF": "dnf",
        "NC": "nc",
        "DSQ": "dsq",
        "EX": "dsq",
        "DNS": "dns",
        "DNQ": "dns",
        "DNPQ": "dns",
        "DNP": "dns",
    }
)
_PIT_LANE = "PL"
_SESSIONS: tuple[tuple[str, Session], ...] = (
    ("freePractice1", "practice_1"),
    ("freePractice2", "practice_2"),
    ("freePractice3", "practice_3"),
    ("sprintQualifying", "sprint_qualifying"),
    ("sprintRace", "sprint"),
    ("qualifying", "qualifying"),
)


def _position(raw: Any) -> Any:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw in _STATUSES:
        return raw
    raise ValueError("must be a position or a known status")


def _grid(raw: Any) -> Any:
    return PIT_LANE if raw == _PIT_LANE else raw


class _Row(Part):
    position: Annotated[int | str, BeforeValidator(_position)]
    number: Whole = Field(alias="driverNumber")
    driver: Id = Field(alias="driverId")
    team: Id = Field(alias="constructorId")

    @property
    def entrant(self) -> Entrant:
        return Entrant(driver=self.driver, team=self.team, car_number=self.number)

    @property
    def placed(self) -> tuple[Status, int | None]:
        """The status, and the position of who is classified."""
        if isinstance(self.position, str):
            return _STATUSES[self.position], None
        return "classified", self.position


class _ResultRow(_Row):
    points: Points
    grid: Annotated[int | None, BeforeValidator(_grid)] = Field(alias="gridPosition", default=None)


class _QualifyingRow(_Row):
    first: Lap = Field(alias="q1", default=None)
    whole: Lap = Field(alias="time", default=None)
    """The one time of a session without parts."""


class _LapRow(_Row):
    time: Lap = None


_RESULTS = TypeAdapter(list[_ResultRow])
_QUALIFYING = TypeAdapter(list[_QualifyingRow])
_LAPS = TypeAdapter(list[_LapRow])


class _Race(Part):
    day: date = Field(alias="date")
    time: str | None = None
    grand_prix: Id = Field(alias="grandPrixId")
    name: Name | None = Field(alias="officialName", default=None)
    circuit: Id = Field(alias="circuitId")
    sprint_format: str | None = Field(alias="sprintQualifyingFormat", default=None)


class _Day(Part):
    day: date


_RACE = TypeAdapter(_Race)


def read_weekend(race: Any, season: int) -> Weekend:
    """Parse the record of a race: its sessions, in UTC. Raises BadAnswer."""
    read = _read(_RACE, race, "race")
    if read.day.year != season:
        raise BadAnswer(f"the race is on {read.day}, outside its season {season}")
    starts = {}
    try:
        for name, part in _SESSIONS:
            day, clock = race.get(f"{name}Date"), race.get(f"{name}Time")
            moment = moment_of(_Day(day=day).day, clock) if day is not None else None
            if moment is not None:
                starts[part] = moment
        began = moment_of(read.day, read.time)
    except (ValidationError, ValueError) as problem:
        raise BadAnswer(f"a session has no readable start: {type(problem).__name__}") from None
    if began is not None:
        starts["race"] = began
    return Weekend(
        season=season,
        circuit=read.circuit,
        name=read.name or read.grand_prix,
        race_day=read.day,
        starts=MappingProxyType(starts),
        has_sprint=read.sprint_format is not None or race.get("sprintRaceDate") is not None,
    )


def read_result(
    weekend: Weekend,
    kind: Literal["sprint", "race"],
    rows: Any,
    *,
    fastest_laps: Any = None,
) -> SessionResult[ResultRow]:
    """Parse the rows of a race or sprint. Raises BadAnswer if one cannot be read.

    fastest_laps: the race's list of them; None if it is not there, and then nothing is said of the fastest lap.
    """
    read = _read(_RESULTS, rows, f"{kind} results")
    laps = None if fastest_laps is None else _laps(_read(_LAPS, fastest_laps, "fastest laps"))
    found = []
    for row in read:
        status, position = row.placed
        rank, time = (None, None) if laps is None else laps.get(row.driver, (None, None))
        found.append(
            ResultRow(
                entrant=row.entrant,
                status=status,
                position=position,
                grid=row.grid,
                points=row.points,
                lap_rank=rank,
                lap_ms=time,
            )
        )
    return SessionResult(
        season=weekend.season,
        circuit=weekend.circuit,
        race_day=weekend.race_day,
        kind=kind,
        rows=tuple(found),
        states=frozenset() if laps is None else frozenset({FASTEST_LAP}),
    )


def read_qualifying(weekend: Weekend, rows: Any) -> SessionResult[QualifyingRow]:
    """Parse the rows of a qualifying. Raises BadAnswer if one cannot be read."""
    found = []
    for row in _read(_QUALIFYING, rows, "qualifying results"):
        status, position = row.placed
        has_time = row.first is not None or row.whole is not None
        found.append(QualifyingRow(entrant=row.entrant, status=status, position=position, has_time=has_time))
    return SessionResult(
        season=weekend.season,
        circuit=weekend.circuit,
        race_day=weekend.race_day,
        kind="qualifying",
        rows=tuple(found),
        states=frozenset({NO_TIME}),
    )


def _laps(rows: list[_LapRow]) -> dict[str, tuple[int | None, int | None]]:
    """Return rank and milliseconds of each driver's best lap. Who set none has neither."""
    return {row.driver: (row.position if isinstance(row.position, int) else None, row.time) for row in rows}


def _read[Parsed](adapter: TypeAdapter[Parsed], raw: Any, what: str) -> Parsed:
    try:
        return adapter.validate_python(raw)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        raise BadAnswer(f"{what}: {where or 'the list'}: {first['msg']}") from None
