"""How f1db records a race weekend: a record of the race and one list for each part of it, as in its folder of seasons.

Points are null for none, a position is a number or a mark, and drivers have ids with hyphens. The fastest laps of a
race are in a list of their own; of a sprint there is none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from local.formula_one.season import PIT_LANE, Finish, Kind, Mark, Part, Qualified, Row, Season, Weekend, listed

_MARKS: Mapping[Mark, str] = {"R": "DNF", "N": "NC", "D": "DSQ", "E": "EX", "W": "DNS", "F": "DNQ"}
_SESSIONS: Mapping[Part, str] = {
    "practice_1": "freePractice1",
    "practice_2": "freePractice2",
    "practice_3": "freePractice3",
    "sprint_qualifying": "sprintQualifying",
    "sprint": "sprintRace",
    "qualifying": "qualifying",
}
_RESULTS: Mapping[Kind, str] = {
    "qualifying": "qualifying-results",
    "sprint": "sprint-race-results",
    "race": "race-results",
}

type Record = dict[str, Any]


def records(season: Season, now: datetime) -> list[Mapping[str, Record | list[Record]]]:
    """Return the weekends of a season as they are recorded at a moment. A part that is not there yet is left out."""
    found: list[Mapping[str, Record | list[Record]]] = []
    for number, weekend, schedule in listed(season, "f1db", now):
        parts: dict[str, Record | list[Record]] = {
            "race": _race(season.year, number, weekend, schedule.starts or {}),
        }
        for kind, name in _RESULTS.items():
            rows = weekend.rows(kind, "f1db", now)
            if rows:
                parts[name] = [_row(row) for row in rows]
            if rows and kind == "race":
                parts["fastest-laps"] = _fastest_laps(rows)
        found.append(parts)
    return found


def _race(year: int, number: int, weekend: Weekend, starts: Mapping[Part, datetime]) -> Record:
    race = starts["race"]
    record: Record = {
        "id": year * 100 + number,
        "round": number,
        "date": f"{race:%Y-%m-%d}",
        "time": f"{race:%H:%M}",
        "grandPrixId": weekend.circuit.ids["f1db"],
        "officialName": weekend.name,
        "circuitId": weekend.circuit.ids["f1db"],
    }
    if "sprint" in starts:
        record["sprintQualifyingFormat"] = "SPRINT_SHOOTOUT"
    for part, name in _SESSIONS.items():
        if part in starts:
            record |= {f"{name}Date": f"{starts[part]:%Y-%m-%d}", f"{name}Time": f"{starts[part]:%H:%M}"}
    return record


def _row(row: Row) -> Record:
    entry = row.entry
    common: Record = {
        "position": row.place if isinstance(row, Qualified) or row.mark is None else _MARKS[row.mark],
        "driverNumber": entry.number,
        "driverId": entry.driver.ids["f1db"],
        "constructorId": entry.team.ids["f1db"],
    }
    if isinstance(row, Qualified):
        return common | {f"q{number}": time for number, time in enumerate(row.times, start=1)}
    return common | {
        "laps": row.laps,
        "time": row.time,
        "reasonRetired": None if row.mark is None else row.status,
        "points": _number(row.points) if row.points else None,
        "gridPosition": "PL" if row.grid == PIT_LANE else row.grid,
    }


def _fastest_laps(rows: Sequence[Row]) -> list[Record]:
    """Return the best laps that have a rank, the fastest first."""
    ranked = [
        (row.best.rank, row.best, row.entry)
        for row in rows
        if isinstance(row, Finish) and row.best is not None and row.best.rank is not None
    ]
    return [
        {
            "position": rank,
            "driverNumber": entry.number,
            "driverId": entry.driver.ids["f1db"],
            "constructorId": entry.team.ids["f1db"],
            "lap": lap.number,
            "time": lap.time,
        }
        for rank, lap, entry in sorted(ranked, key=lambda each: each[0])
    ]


def _number(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)
