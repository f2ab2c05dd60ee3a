"""A made season of races as tables in Ergast's columns: the fictional drivers, with results that nobody has to draw."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.formula_one.fiction import circuit, entries, played
from local.formula_one.season import Finish, Qualified

YEAR = 2025
FIRST = datetime(YEAR, 3, 16, 14, tzinfo=UTC)
SPRINT_IN = 0
"""The race, from 0, whose weekend has a sprint."""
NONE = "\\N"

type Record = Mapping[str, object]


def write_race_tables(folder: Path, races: int) -> None:
    """Write a season of so many races, a week from each other, and the last race of the season before it."""
    weekends = [
        (1, YEAR - 1, FIRST - timedelta(weeks=14)),
        *((n + 2, YEAR, FIRST + n * timedelta(weeks=1)) for n in range(races)),
    ]
    numbers = {entry.number: place for place, entry in enumerate(entries(), start=1)}
    table: dict[str, list[Record]] = {name: [] for name in ("races", "results", "sprint_results", "qualifying")}
    for key, year, start in weekends:
        table["races"].append(
            {
                "raceId": key,
                "year": year,
                "round": 1 if year < YEAR else key - 1,
                "circuitId": key,
                "name": f"{circuit(key).name} Grand Prix",
                "date": f"{start:%Y-%m-%d}",
                "time": f"{start:%H:%M:%S}",
            }
        )
        weekend = played(key)
        table["results"] += [_finish(key, numbers, row) for row in weekend.race]
        table["qualifying"] += [_qualified(key, numbers, row) for row in weekend.qualifying]
        if key == SPRINT_IN + 2:
            table["sprint_results"] += [_finish(key, numbers, row) for row in weekend.sprint]
    table["drivers"] = [
        {
            "driverId": place,
            "driverRef": entry.driver.key,
            "number": entry.number,
            "code": entry.driver.code,
            "forename": entry.driver.given_name,
            "surname": entry.driver.family_name,
        }
        for place, entry in enumerate(entries(), start=1)
    ]
    teams = {entry.team.ids["jolpica"]: entry.team.name for entry in entries()}
    table["constructors"] = [{"constructorId": key, "constructorRef": key, "name": name} for key, name in teams.items()]
    for name, rows in table.items():
        _write(folder / f"{name}.csv", rows)


def _finish(race: int, numbers: Mapping[int, int], row: Finish) -> Record:
    return {
        **_entry(race, numbers, row),
        "grid": row.grid,
        "positionText": row.mark or row.place,
        "positionOrder": row.place,
        "points": row.points,
        "laps": row.laps,
        "time": NONE,
        "fastestLap": row.best.number if row.best else NONE,
        "rank": row.best.rank if row.best and row.best.rank else NONE,
        "fastestLapTime": row.best.time if row.best else NONE,
    }


def _qualified(race: int, numbers: Mapping[int, int], row: Qualified) -> Record:
    times = {f"q{number}": time or NONE for number, time in enumerate(row.times, start=1)}
    return {**_entry(race, numbers, row), "position": row.place, **times}


def _entry(race: int, numbers: Mapping[int, int], row: Finish | Qualified) -> Record:
    team = row.entry.team.ids["jolpica"]
    driver = numbers[row.entry.number]
    return {"raceId": race, "driverId": driver, "constructorId": team, "number": row.entry.number}


def _write(file: Path, rows: Sequence[Record]) -> None:
    columns: Iterable[str] = rows[0]
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(columns))
        writer.writeheader()
        writer.writerows(rows)
