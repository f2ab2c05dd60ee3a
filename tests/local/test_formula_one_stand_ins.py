"""The stand-ins for the sources of Formula 1 tell a season in the recorded shapes, and nothing before it is known."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.request import urlopen

import pytest
from werkzeug.test import Client

from local.errors import LaptopError
from local.formula_one.calendar import (
    AHEAD,
    COURT_AFTER,
    COURT_EACH,
    DISQUALIFIED_AFTER,
    MOST,
    SPRINT_EACH,
    Calendar,
)
from local.formula_one.f1db_door import F1dbDoor
from local.formula_one.f1db_records import records
from local.formula_one.jolpica_door import JolpicaDoor
from local.formula_one.season import Finish, Season, Source
from local.formula_one.server import RacesServer
from local.replay.ergast import Ergast
from local.replay.race_season import RaceSeason, starts_of
from local.settings import read_settings
from local.sources import StandIn, choose_sources
from pickvs.fantasy.events.formula_one.f1db_parsing import read_result, read_weekend
from pickvs.fantasy.events.formula_one.invariants.rules import check_qualifying, check_result
from pickvs.fantasy.events.formula_one.jolpica_parsing import (
    read_drivers,
    read_page,
    read_results,
    read_schedule,
    read_standings,
)
from pickvs.fantasy.events.formula_one.providers import f1db
from pickvs.fantasy.events.formula_one.rules import AnyResult, Kind, QualifyingRow, ResultRow, SessionResult
from pickvs.fantasy.events.formula_one.schedule.rules import Weekend, doubts
from tests.support import formula_one

NOW = datetime(2026, 11, 20, 19, 3, 17, tzinfo=UTC)
PATH = "main:src/data/seasons/{}/races"
AFTERWARDS = datetime(2025, 6, 1, tzinfo=UTC)
PAGES: dict[Kind, str] = {"race": "results", "sprint": "sprint", "qualifying": "qualifying"}


@pytest.fixture(scope="session")
def folder(recordings: Path) -> Path:
    """Tables of 2018 to 2024; the test skips where there are none."""
    if not (found := recordings / "f1").is_dir():
        pytest.skip("no recorded seasons of Formula 1 beside this checkout")
    return found


@cache
def season_of(folder: Path, year: int) -> RaceSeason:
    return RaceSeason(Ergast(folder), year)


def ask(season: Season, path: str, now: datetime = AFTERWARDS, **parameters: str) -> bytes:
    answer = Client(JolpicaDoor(season, now=lambda: now)).get(f"/ergast/f1/{path}", query_string=parameters)
    assert answer.status_code == 200
    return bytes(answer.data)


def results(season: Season, kind: Kind, now: datetime = AFTERWARDS) -> list[AnyResult]:
    """Return the results of a season as our reader reads them, page by page."""
    pages = []
    offset: int | None = 0
    while offset is not None:
        body = ask(season, f"{season.year}/{PAGES[kind]}/", now, limit="100", offset=str(offset))
        pages.append(read_page(body, kind))
        offset = pages[-1].next_offset
    capture = read_results(pages)
    assert not capture.skipped
    return list(capture.items)


def in_order(result: AnyResult) -> tuple[object, ...]:
    """Return what a result says, its rows by driver: the tables list some who retired in another order.

    Without the given names, which the rendered answers do not have.
    """
    named = [replace(row, entrant=replace(row.entrant, given_name=None)) for row in result.rows]
    rows = sorted(named, key=lambda row: row.entrant.driver)
    return result.season, result.circuit, result.race_day, result.kind, result.states, rows


@pytest.mark.parametrize("year", [2018, 2023])
def test_a_season_of_tables_is_told_as_the_source_told_it(folder: Path, year: int) -> None:
    season, tables = season_of(folder, year), formula_one.Tables(folder)
    expected = formula_one.events(tables, year)
    for kind in PAGES:
        recorded = [event.sessions[kind] for event in expected if kind in event.sessions]
        assert [in_order(each) for each in results(season, kind)] == [in_order(each) for each in recorded]
    weekends = read_schedule(ask(season, f"{year}/races/", limit="100"))
    assert not weekends.skipped
    for weekend, event in zip(weekends.items, expected, strict=True):
        told_times, times = dict(weekend.starts), dict(event.weekend.starts)
        assert {part: told_times[part] for part in times} == times, "a time of the table is told as it stands"
        assert told_times.keys() >= {"qualifying", "race", *(("sprint",) if weekend.has_sprint else ())}
    last = tables.of_season(year)[-1]["raceId"]
    official = [row for row in tables.rows("driver_standings") if row["raceId"] == last]
    assert [
        (each.driver, each.position, str(each.points))
        for each in read_standings(ask(season, f"{year}/driverstandings/")).items
    ] == [
        (tables.drivers[row["driverId"]]["driverRef"], int(row["position"]), row["points"])
        for row in sorted(official, key=lambda row: int(row["position"]))
    ]


def shapes(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path of each member of an answer with the kind of its value. Items of a list have one path."""
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from shapes(inside, f"{path}/{name}")
    elif isinstance(value, list):
        for inside in value:
            yield from shapes(inside, f"{path}[]")
    else:
        yield path, type(value).__name__


@pytest.mark.parametrize(
    ("recorded", "path"),
    [
        ("jolpica_2023_races.json", "2023/races"),
        ("jolpica_2023_r09_results.json", "2023/9/results"),
        ("jolpica_2023_sprint_page1.json", "2023/sprint"),
        ("jolpica_2023_r13_qualifying.json", "2023/13/qualifying"),
        ("jolpica_2023_r05_driverstandings.json", "2023/5/driverstandings"),
        ("jolpica_2023_r01_drivers.json", "2023/1/drivers"),
        ("jolpica_2023_r99_results_empty.json", "2023/99/results"),
    ],
)
def test_an_answer_has_the_shape_of_the_recorded_one(recordings: Path, folder: Path, recorded: str, path: str) -> None:
    real = json.loads((recordings / "f1_feeds" / recorded).read_text(encoding="utf-8"))
    ours = json.loads(ask(season_of(folder, 2023), path))
    # The recorded schedule calls the sprint's qualifying the second practice; newer answers have a name for it.
    newer = {("/MRData/RaceTable/Races[]/SprintQualifying/" + each, "str") for each in ("date", "time")}
    assert set(shapes(ours)) - newer <= set(shapes(real))
    assert {name: ours["MRData"][name] for name in ("limit", "offset", "total")} == {
        name: real["MRData"][name] for name in ("limit", "offset", "total")
    }


def test_a_page_is_cut_in_the_middle_of_a_race(recordings: Path, folder: Path) -> None:
    real = json.loads((recordings / "f1_feeds" / "jolpica_2023_sprint_page1.json").read_text(encoding="utf-8"))
    ours = json.loads(ask(season_of(folder, 2023), "2023/sprint"))

    def told(answer: Any) -> list[tuple[str, list[tuple[str, ...]]]]:
        return [
            (race["round"], [(row["Driver"]["driverId"], row["points"], row["grid"]) for row in race["SprintResults"]])
            for race in answer["MRData"]["RaceTable"]["Races"]
        ]

    assert told(ours) == told(real)


def test_nothing_is_told_before_it_is_known(folder: Path) -> None:
    season = season_of(folder, 2024)
    china = next(each for each in season.weekends(AFTERWARDS) if each.name.startswith("Chinese"))
    starts = starts_of(china)

    def rows(table: str, now: datetime) -> int:
        return int(json.loads(ask(season, f"2024/5/{table}/", now))["MRData"]["total"])

    assert starts["sprint_qualifying"] == datetime(2024, 4, 19, 7, 30, tzinfo=UTC)
    assert rows("sprint", starts["sprint"] + timedelta(minutes=79)) == 0
    assert rows("sprint", starts["sprint"] + timedelta(minutes=81)) == 20
    assert rows("results", starts["sprint"] + timedelta(minutes=81)) == 0
    assert rows("results", starts["race"] + timedelta(minutes=161)) == 20
    assert rows("drivers", starts["race"] - timedelta(days=11)) == 0
    places = read_standings(ask(season, "2024/driverstandings/", starts["race"])).items
    assert [each.driver for each in places][:2] == ["max_verstappen", "perez"]
    assert not read_standings(ask(season, "2024/5/driverstandings/", starts["race"])).items
    before = read_standings(ask(season, "2023/driverstandings/", starts["race"])).items
    assert (before[0].driver, str(before[0].points)) == ("max_verstappen", "575")
    entered = read_drivers(ask(season, "2024/5/drivers/", starts["race"])).items
    assert len(entered) == 20


@pytest.mark.parametrize("path", ["/ergast/f1/2024/laps", "/ergast/f1/2024/results?limit=many", "/"])
def test_what_the_source_does_not_have_is_no_answer(folder: Path, path: str) -> None:
    answer = Client(JolpicaDoor(season_of(folder, 2024), now=lambda: AFTERWARDS)).get(path)
    assert answer.status_code in (400, 404)


class Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


def watched(folder: Path, minutes: int) -> tuple[Calendar, Clock]:
    """Return a season of fiction that somebody has watched for some minutes."""
    clock = Clock()
    season = Calendar(folder / "races.json", now=clock.now)
    for _ in range(minutes):
        season.weekends(clock.now())
        clock.moment += timedelta(minutes=1)
    return season, clock


def test_nothing_speaks_against_an_invented_result(tmp_path: Path) -> None:
    season, clock = watched(tmp_path, 90)
    raced = results(season, "race", clock.now())
    assert len(raced) > 2 * COURT_EACH * SPRINT_EACH
    for result in (*raced, *results(season, "sprint", clock.now()), *results(season, "qualifying", clock.now())):
        if result.kind == "qualifying":
            assert not check_qualifying(cast("SessionResult[QualifyingRow]", result))
        else:
            assert not check_result(cast("SessionResult[ResultRow]", result))
            assert len(result.rows) == 22
    places = read_standings(ask(season, f"{season.year}/driverstandings/", clock.now())).items
    assert sum(each.points for each in places) == sum(
        row.points
        for result in (*raced, *results(season, "sprint", clock.now()))
        for row in cast("SessionResult[ResultRow]", result).rows
    )


def test_a_driver_is_disqualified_after_the_race_and_a_court_takes_it_back(tmp_path: Path) -> None:
    season, _ = watched(tmp_path, 1)
    first = season.weekends(NOW)[0]
    start = starts_of(first)["race"]

    def winner(source: Source, after: timedelta) -> str | None:
        rows = first.rows("race", source, start + after)
        return rows[0].entry.driver.key if rows else None

    told = [winner("jolpica", timedelta(seconds=19)), winner("jolpica", timedelta(seconds=40))]
    told += [winner("jolpica", DISQUALIFIED_AFTER), winner("jolpica", COURT_AFTER)]
    assert told[0] is None
    assert told[1] == told[3] != told[2]
    [out] = [
        row for row in first.rows("race", "jolpica", start + DISQUALIFIED_AFTER) if row.entry.driver.key == told[1]
    ]
    assert isinstance(out, Finish)
    assert (out.mark, out.points, out.place >= 20) == ("D", Decimal(), True)
    assert winner("f1db", timedelta(seconds=40)) is None, "the second source is later"
    assert winner("f1db", COURT_AFTER) == told[2]


def test_a_season_goes_on_where_it_was_left(tmp_path: Path) -> None:
    season, clock = watched(tmp_path, 30)
    before = season.weekends(clock.now())
    clock.moment += timedelta(hours=9)
    again = Calendar(tmp_path / "races.json", now=clock.now).weekends(clock.now())
    assert list(again[: len(before)]) == list(before)
    locks = [min(start for part, start in starts_of(each).items() if part != "practice_1") for each in again]
    assert len(again) == len(before) + AHEAD
    assert sum(lock > clock.now() for lock in locks) == AHEAD
    assert len({each.circuit.ids["jolpica"] for each in again}) == len(again)
    clock.moment += timedelta(hours=9)
    Calendar(tmp_path / "races.json", now=clock.now).weekends(clock.now())
    clock.moment += timedelta(hours=9)
    whole = Calendar(tmp_path / "races.json", now=clock.now).weekends(clock.now())
    assert len(whole) <= MOST < len(whole) + AHEAD


def test_what_the_calendar_did_not_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "races.json").write_text('{"locks": 1}', encoding="utf-8")
    with pytest.raises(LaptopError, match="move it away"):
        Calendar(tmp_path / "races.json")


def test_the_second_source_tells_the_same_results_a_day_later(recordings: Path, folder: Path) -> None:
    season = season_of(folder, 2024)
    shown = json.loads(
        (recordings / "f1_feeds" / "f1db_2024_r05_china_sprint_weekend.json").read_text(encoding="utf-8")
    )
    china = records(season, AFTERWARDS)[4]
    for part, ours in china.items():
        if part != "race":
            assert {kind for kind in shapes(ours) if kind[1] != "NoneType"} <= set(shapes(shown[part])), part
    race = cast("dict[str, object]", china["race"])
    told = {name: race[name] for name in race.keys() & shown["race"].keys()}
    ours_alone = {"id", "grandPrixId", "officialName", "circuitId"}
    assert {name: value for name, value in told.items() if name not in ours_alone} == {
        name: shown["race"][name] for name in told if name not in ours_alone
    }

    weekend = read_weekend(china["race"], 2024)
    laps = {row.entrant.car_number: row.lap_rank for row in race_of(weekend, shown).rows}
    assert {row.entrant.car_number: row.lap_rank for row in race_of(weekend, china).rows} == laps
    said, recorded = (
        [(row.entrant.car_number, row.status, row.position, row.points) for row in race_of(weekend, parts).rows]
        for parts in (china, shown)
    )
    assert said == recorded
    starts = starts_of(season.weekends(AFTERWARDS)[4])
    assert set(records(season, starts["race"] + timedelta(hours=19))[4]) == {"race"}
    assert len(records(season, starts["race"] + timedelta(hours=21))[4]) == 5


def race_of(weekend: Weekend, parts: Mapping[str, object]) -> SessionResult[ResultRow]:
    return read_result(weekend, "race", parts["race-results"], fastest_laps=parts["fastest-laps"])


def test_the_second_source_has_the_times_that_a_table_has_a_day_early(folder: Path) -> None:
    vegas = records(season_of(folder, 2023), AFTERWARDS)[20]
    first = read_schedule(ask(season_of(folder, 2023), "2023/races/", limit="100")).items[20]
    assert [len(doubts(each)) for each in (first, read_weekend(vegas["race"], 2023))] == [1, 0]


@pytest.mark.parametrize(
    ("environment", "sources"),
    [
        ({}, None),
        ({"JOLPICA_BASE_URL": "http://x/"}, "jolpica"),
        ({"JOLPICA_BASE_URL": "http://x", "F1DB_BASE_URL": "http://y", "ODDS_API_KEY": "mine"}, "jolpica,f1db"),
    ],
)
def test_both_sources_of_races_are_stood_in_for_or_neither(
    tmp_path: Path, environment: dict[str, str], sources: str | None
) -> None:
    asked: list[tuple[int, int]] = []

    def start(part: StandIn) -> None:
        part.start()
        if isinstance(part, RacesServer):
            paths = (f"/ergast/f1/{datetime.now(UTC).year}/races/", f"/git/trees/{PATH.format(datetime.now(UTC).year)}")
            first, second = (json.loads(urlopen(part.url + path, timeout=5).read()) for path in paths)
            folders = f1db.read_season(json.dumps(second).encode()).items
            asked.append((int(first["MRData"]["total"]), len(folders)))
        part.stop()

    variables = choose_sources(read_settings(environment), tmp_path, start).variables
    assert variables.get("FANTASY_SOURCES") == sources
    assert variables.get("FANTASY_HOUR_SECONDS") == (None if sources is None else "3600")
    assert asked == ([(AHEAD, AHEAD)] if sources is None else [])
    assert variables.get("F1DB_BASE_URL") == (
        variables["JOLPICA_BASE_URL"] if sources is None else environment.get("F1DB_BASE_URL")
    )


def test_a_record_that_changes_changes_the_fingerprints_above_it(folder: Path) -> None:
    season = season_of(folder, 2024)
    china = starts_of(season.weekends(AFTERWARDS)[4])["race"]

    def told(now: datetime) -> dict[str, str]:
        door = Client(F1dbDoor(season, now=lambda: now))
        found = f1db.read_season(door.get(f"/git/trees/{PATH.format(2024)}").data).items
        for each in found:
            listed = door.get(f"/git/trees/{each.revision}").get_json()["tree"]
            files = [door.get(f"/git/blobs/{file['sha']}").get_json() for file in listed]
            document = {"files": {file["path"]: blob for file, blob in zip(listed, files, strict=True)}}
            [event] = f1db.read_event(json.dumps(document).encode(), 2024).items
            assert len(event.results) == len(listed) - 1 - ("fastest-laps.yml" in document["files"])
        return {each.name: each.revision for each in found}

    before, after = told(china + timedelta(hours=19)), told(china + timedelta(hours=21))
    assert {name for name in before if before[name] != after[name]} == {"05-circuit-17"}
    for unknown in ("/git/trees/" + "0" * 40, "/git/blobs/" + "0" * 40, f"/git/trees/{PATH.format(2023)}", "/"):
        assert Client(F1dbDoor(season, now=lambda: AFTERWARDS)).get(unknown).status_code == 404
