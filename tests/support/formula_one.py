"""Recorded seasons of Formula 1, rendered in the shape of jolpica's answers: a season as its API would give it."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, cast

from pickvs.fantasy.events.formula_one.jolpica_parsing import read_page, read_results, read_schedule
from pickvs.fantasy.events.formula_one.rules import (
    AnyResult,
    Kind,
    QualifyingRow,
    ResultRow,
    SessionResult,
    qualifying_facts,
    result_facts,
    with_absent,
)
from pickvs.fantasy.events.formula_one.schedule.rules import Weekend, scheduled
from pickvs.fantasy.events.rules import Fact
from pickvs.fantasy.events.schedules.rules import lock_at

PAGE = 100
NULL = "\\N"
LISTS: Mapping[Kind, str] = {"race": "Results", "sprint": "SprintResults", "qualifying": "QualifyingResults"}
SESSIONS = {
    "fp1": "FirstPractice",
    "fp2": "SecondPractice",
    "fp3": "ThirdPractice",
    "quali": "Qualifying",
    "sprint": "Sprint",
}
type Row = Mapping[str, str]


@dataclass(frozen=True)
class Tables:
    """The Ergast tables of 2018 to 2024. Contestants have the ids of these tables."""

    folder: Path

    @cache  # noqa: B019 - one instance for each process
    def rows(self, name: str) -> tuple[Row, ...]:
        with gzip.open(self.folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
            return tuple(csv.DictReader(file))

    @cached_property
    def races(self) -> Mapping[str, Row]:
        return {row["raceId"]: row for row in self.rows("races")}

    @cached_property
    def drivers(self) -> Mapping[str, Row]:
        return {row["driverId"]: row for row in self.rows("drivers")}

    @cached_property
    def teams(self) -> Mapping[str, str]:
        return {row["constructorId"]: row["constructorRef"] for row in self.rows("constructors")}

    @cached_property
    def ids(self) -> Mapping[str, int]:
        """Contestants by jolpica's ids."""
        return {row["driverRef"]: int(row["driverId"]) for row in self.rows("drivers")}

    def of_season(self, season: int) -> list[Row]:
        """The season's races in their order."""
        races = [race for race in self.races.values() if race["year"] == str(season)]
        return sorted(races, key=lambda race: int(race["round"]))


@dataclass(frozen=True)
class Event:
    """A recorded event, as parsed from the rendered answers."""

    season: int
    round: int
    weekend: Weekend
    sessions: Mapping[Kind, AnyResult]
    facts: Mapping[Kind, tuple[Fact, ...]]
    qualified: frozenset[str]

    @property
    def race(self) -> SessionResult[ResultRow]:
        return cast("SessionResult[ResultRow]", self.sessions["race"])


def answers(tables: Tables, season: int, kind: Kind) -> Iterator[bytes]:
    """The pages of a season's results, cut at 100 rows in the middle of a race, as jolpica cuts them."""
    table = {"race": "results", "sprint": "sprint_results", "qualifying": "qualifying"}[kind]
    by_race = defaultdict(list)
    for row in tables.rows(table):
        by_race[row["raceId"]].append(row)
    rows = [(race, row) for race in tables.of_season(season) for row in by_race[race["raceId"]]]
    for offset in range(0, len(rows), PAGE) or [0]:
        races: dict[str, dict[str, Any]] = {}
        for race, row in rows[offset : offset + PAGE]:
            found = races.setdefault(race["raceId"], {**rendered_race(race), LISTS[kind]: []})
            found[LISTS[kind]].append(rendered_row(tables, row, kind))
        yield answer({"RaceTable": {"season": str(season), "Races": list(races.values())}}, len(rows), offset)


def answer(table: Mapping[str, Any], total: int, offset: int = 0, limit: int = PAGE) -> bytes:
    frame = {"series": "f1", "limit": str(limit), "offset": str(offset), "total": str(total), **table}
    return json.dumps({"MRData": frame}).encode()


def schedule_answer(tables: Tables, season: int) -> bytes:
    races = [rendered_race(race, with_sessions=True) for race in tables.of_season(season)]
    return answer({"RaceTable": {"season": str(season), "Races": races}}, len(races))


def rendered_race(race: Row, *, with_sessions: bool = False) -> dict[str, Any]:
    start = {"date": race["date"], **({"time": f"{race['time']}Z"} if race["time"] != NULL else {})}
    sessions = {
        SESSIONS[part]: {
            "date": race[f"{part}_date"],
            **({"time": f"{race[f'{part}_time']}Z"} if race[f"{part}_time"] != NULL else {}),
        }
        for part in SESSIONS
        if with_sessions and race[f"{part}_date"] != NULL
    }
    return {
        "season": race["year"],
        "round": race["round"],
        "raceName": race["name"],
        "Circuit": {"circuitId": f"circuit_{race['circuitId']}"},
        **start,
        **sessions,
    }


def rendered_row(tables: Tables, row: Row, kind: Kind) -> dict[str, Any]:
    driver = tables.drivers[row["driverId"]]
    found: dict[str, Any] = {
        "number": row["number"],
        "position": row["position"] if kind == "qualifying" else row["positionOrder"],
        "Driver": {"driverId": driver["driverRef"], "code": driver["code"], "familyName": driver["surname"]},
        "Constructor": {"constructorId": tables.teams[row["constructorId"]]},
    }
    if kind == "qualifying":
        return found | {part.upper(): row[part] for part in ("q1", "q2", "q3") if row[part] not in (NULL, "")}
    found |= {"positionText": row["positionText"], "points": row["points"], "grid": row["grid"], "laps": row["laps"]}
    if row["fastestLapTime"] != NULL:
        rank = {"rank": row["rank"]} if row["rank"] != NULL else {}
        found["FastestLap"] = {**rank, "lap": row["fastestLap"], "Time": {"time": row["fastestLapTime"]}}
    return found


def lock_of(weekend: Weekend, lock: str) -> datetime | None:
    """When drafts with this setting are locked, by a source's schedule."""
    return lock_at(scheduled(weekend).sessions, lock)


def events(tables: Tables, season: int) -> list[Event]:
    """A season's events, parsed from the rendered answers."""
    results: defaultdict[tuple[str, str], dict[Kind, AnyResult]] = defaultdict(dict)
    for kind in LISTS:
        capture = read_results([read_page(body, kind) for body in answers(tables, season, kind)])
        assert not capture.skipped
        for result in capture.items:
            results[result.circuit, str(result.race_day)][kind] = result
    weekends = read_schedule(schedule_answer(tables, season))
    assert not weekends.skipped
    found = []
    for number, weekend in enumerate(weekends.items, start=1):
        sessions = results[weekend.circuit, str(weekend.race_day)]
        found.append(_event(tables, number, weekend, sessions))
    return found


def _event(tables: Tables, number: int, weekend: Weekend, sessions: Mapping[Kind, AnyResult]) -> Event:
    qualifying = cast("SessionResult[QualifyingRow]", sessions["qualifying"])
    facts: dict[Kind, tuple[Fact, ...]] = {
        kind: result_facts(cast("SessionResult[ResultRow]", result), tables.ids)
        for kind, result in sessions.items()
        if kind != "qualifying"
    }
    facts["qualifying"] = with_absent(qualifying_facts(qualifying, tables.ids), facts["race"])
    qualified = frozenset(row.entrant.driver for row in qualifying.rows)
    return Event(weekend.season, number, weekend, sessions, facts, qualified)
