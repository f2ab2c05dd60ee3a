"""What must hold in every result of Formula 1; what breaks it must be looked at by somebody. Pure.

Over the 149 events of 2018 to 2024 these fire on seven, schedules included; none of the seven was an ordinary result.
"""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pickvs.fantasy.events.formula_one.points.rules import may_have_extra, official_points
from pickvs.fantasy.events.formula_one.rules import (
    FASTEST_LAP,
    PIT_LANE,
    Entrant,
    QualifyingRow,
    ResultRow,
    SessionResult,
    fastest,
)

type Invariant = Literal["places", "points", "fastest_lap", "entries", "grid", "qualified"]

CARS_OF_A_TEAM = 2


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that an answer breaks. detail: what is wrong, with the drivers as the source names them."""

    invariant: Invariant
    detail: str


def check_result(
    result: SessionResult[ResultRow], *, qualified: Set[str] | None = None, entries: Set[str] | None = None
) -> tuple[Broken, ...]:
    """Return what a race or sprint breaks. Empty: it is complete.

    qualified: the source's ids of those with a row in qualifying; None if that is not known. Asked of races alone.
    entries: the source's ids of those entered; None if that is not known.
    """
    rows = result.rows
    found = [
        *_places((row.position, row.entrant) for row in rows),
        *_fastest_lap(result),
        *_points(result),
        *_entries([row.entrant for row in rows], entries),
        *_grid(rows),
    ]
    if result.kind == "race" and qualified is not None:
        absent = [row.entrant.driver for row in rows if row.status != "dns" and row.entrant.driver not in qualified]
        if absent:
            found.append(Broken("qualified", f"raced without a row in qualifying: {_listed(absent)}"))
    return tuple(found)


def check_qualifying(result: SessionResult[QualifyingRow], *, entries: Set[str] | None = None) -> tuple[Broken, ...]:
    """Return what a qualifying breaks. Empty: it is complete. entries: as in `check_result`.

    Who was hurt before it has no row, so two cars a team are not asked for.
    """
    entrants = [row.entrant for row in result.rows]
    return (
        *_places((row.position, row.entrant) for row in result.rows),
        *_same_driver(entrants),
        *(_missing(entrants, entries) if entries is not None else ()),
    )


def _places(rows: Iterable[tuple[int | None, Entrant]]) -> Iterable[Broken]:
    places = sorted(position for position, _ in rows if position is not None)
    if not places:
        yield Broken("places", "nobody is classified")
    elif places != list(range(1, len(places) + 1)):
        yield Broken("places", f"classified positions are not 1 to {len(places)}, each once: {_listed(places)}")


def _fastest_lap(result: SessionResult[ResultRow]) -> Iterable[Broken]:
    if FASTEST_LAP not in result.states:
        return
    best = fastest(result.kind, result.rows)
    times = [row.lap_ms for row in result.rows if row.lap_ms is not None]
    if len(best) != 1:
        yield Broken("fastest_lap", f"{len(best)} drivers have the fastest lap: {_names(best)}")
    elif times and best[0].lap_ms != min(times):
        yield Broken("fastest_lap", f"{_names(best)} has the fastest lap, and somebody else the least time")


def _points(result: SessionResult[ResultRow]) -> Iterable[Broken]:
    """Compare official points with the sport's table.

    If the source does not say who had the fastest lap, one of those who may have a point for it may have it.
    """
    best = fastest(result.kind, result.rows)
    is_told = FASTEST_LAP in result.states
    wrong: list[ResultRow] = []
    extra = 0
    for row in result.rows:
        due = official_points(result.season, result.kind, row.position, is_fastest=is_told and row in best)
        if row.points == due:
            continue
        if not is_told and row.points == due + 1 and may_have_extra(result.season, result.kind, row.position):
            extra += 1
            continue
        wrong.append(row)
    if wrong:
        total = sum((row.points for row in result.rows), Decimal())
        yield Broken("points", f"{len(wrong)} rows have other points than the table, {total:f} in all: {_names(wrong)}")
    if extra > 1:
        yield Broken("points", f"{extra} drivers have the point of the fastest lap")


def _entries(entrants: Sequence[Entrant], entries: Set[str] | None) -> Iterable[Broken]:
    yield from _same_driver(entrants)
    cars = Counter(each.team for each in entrants)
    odd = sorted(f"{team} {count}" for team, count in cars.items() if count != CARS_OF_A_TEAM)
    if odd:
        yield Broken("entries", f"not two cars: {_listed(odd)}")
    if entries is not None:
        yield from _missing(entrants, entries)


def _same_driver(entrants: Sequence[Entrant]) -> Iterable[Broken]:
    for what, counted in (
        ("driver", Counter(each.driver for each in entrants)),
        ("car", Counter(str(each.car_number) for each in entrants)),
    ):
        twice = sorted(name for name, count in counted.items() if count > 1)
        if twice:
            yield Broken("entries", f"a {what} twice: {_listed(twice)}")


def _missing(entrants: Sequence[Entrant], entries: Set[str]) -> Iterable[Broken]:
    drivers = {each.driver for each in entrants}
    if drivers != entries:
        yield Broken(
            "entries",
            f"entered without a row: {_listed(sorted(entries - drivers))};"
            f" a row without an entry: {_listed(sorted(drivers - entries))}",
        )


def _grid(rows: Sequence[ResultRow]) -> Iterable[Broken]:
    taken = Counter(row.grid for row in rows if row.grid not in (None, PIT_LANE))
    twice = sorted(place for place, count in taken.items() if place is not None and count > 1)
    if twice:
        yield Broken("grid", f"grid places taken twice: {_listed(twice)}")


def _names(rows: Iterable[ResultRow]) -> str:
    return _listed(row.entrant.driver for row in rows)


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values) or "none"
