"""The vocabulary of Formula 1, and the facts that score. Pure.

Rows are what a source says, already parsed: the same for every source. Facts are what points are computed from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pickvs.fantasy.events.rules import CLASSIFIED, Fact, Vocabulary

type Kind = Literal["qualifying", "sprint", "race"]
"""The sessions that score. Sprint qualifying has no results in the first source, and no table scores it."""
type Status = Literal["classified", "dnf", "nc", "dsq", "dns"]

FASTEST_LAP = "fastest_lap"
NO_TIME = "no_time"
DRIVER_OF_THE_DAY = "driver_of_the_day"

FORMULA_ONE = Vocabulary(
    sport="formula_one",
    sessions=("qualifying", "sprint", "race"),
    gridded=frozenset({"sprint", "race"}),
    statuses=frozenset({"dnf", "nc", "dsq", "dns"}),
    flags=frozenset({FASTEST_LAP, NO_TIME, DRIVER_OF_THE_DAY}),
)

PIT_LANE = 0
"""The grid place of whoever starts from the pit lane, in rows. Facts have the last place instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """A driver in a car, as a source names them.

    driver, team: the source's ids. car_number: in this event, which need not be the driver's own. code: three letters;
    None where the source has none. family_name, given_name: likewise.
    """

    driver: str
    team: str
    car_number: int
    code: str | None = None
    family_name: str | None = None
    given_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """A row of a race or sprint.

    grid: the place at the start, 0 for the pit lane, None if unknown. points: official. lap_rank: rank of the driver's
    best lap among all, where the source ranks them. lap_ms: this lap in milliseconds.
    """

    entrant: Entrant
    status: Status
    position: int | None
    grid: int | None
    points: Decimal
    lap_rank: int | None = None
    lap_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualifyingRow:
    """A row of a qualifying. has_time: whether the driver set a time in its first part."""

    entrant: Entrant
    status: Status
    position: int | None
    has_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResult[Row]:
    """What a source says of one session. circuit: the source's id. race_day: the date of the race, in UTC.

    states: the flags that the source reports for this session.
    """

    season: int
    circuit: str
    race_day: date
    kind: Kind
    rows: tuple[Row, ...]
    states: frozenset[str]


type AnyResult = SessionResult[ResultRow] | SessionResult[QualifyingRow]


def fastest(kind: Kind, rows: Sequence[ResultRow]) -> tuple[ResultRow, ...]:
    """Return the rows with the fastest lap: one in a sound result, none if it is not told.

    In a race it is the lap that the source ranks first. Sprints have no such ranks: there it is the least time.
    """
    if kind == "race":
        return tuple(row for row in rows if row.lap_rank == 1)
    times = [row.lap_ms for row in rows if row.lap_ms is not None]
    return tuple(row for row in rows if row.lap_ms is not None and row.lap_ms == min(times))


def result_facts(result: SessionResult[ResultRow], ids: Mapping[str, int]) -> tuple[Fact, ...]:
    """Return the facts of a race or sprint. ids: contestants by the source's id; other drivers are left out.

    Whoever starts from the pit lane starts last: his place is the number of cars, for each of several, whether all of
    them started or not. Grid places are kept for the classified alone: for nobody else they count, and sources differ.
    """
    best = fastest(result.kind, result.rows)
    return tuple(
        Fact(
            contestant=ids[row.entrant.driver],
            status=row.status,
            position=row.position,
            grid=(len(result.rows) if row.grid == PIT_LANE else row.grid) if row.status == CLASSIFIED else None,
            flags=frozenset({FASTEST_LAP}) if row in best else frozenset(),
            official_points=row.points,
        )
        for row in result.rows
        if row.entrant.driver in ids
    )


def qualifying_facts(result: SessionResult[QualifyingRow], ids: Mapping[str, int]) -> tuple[Fact, ...]:
    """Return the facts of a qualifying. ids: contestants by the source's id; other drivers are left out.

    No time: none in the first part, or disqualified, which takes the times away.
    """
    return tuple(
        Fact(
            contestant=ids[row.entrant.driver],
            status=row.status,
            position=row.position,
            flags=frozenset() if row.has_time and row.status == CLASSIFIED else frozenset({NO_TIME}),
        )
        for row in result.rows
        if row.entrant.driver in ids
    )


def with_absent(qualifying: Sequence[Fact], race: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts of a qualifying and, without a time, those who raced without a row in it."""
    present = {fact.contestant for fact in qualifying}
    return *qualifying, *(
        Fact(contestant=fact.contestant, status="dns", flags=frozenset({NO_TIME}))
        for fact in race
        if fact.status != "dns" and fact.contestant not in present
    )
