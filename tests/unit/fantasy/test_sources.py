"""The recorded answers of both sources, with their oddities."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from pickvs.fantasy.events.formula_one import f1db_parsing
from pickvs.fantasy.events.formula_one.identity.rules import KnownDriver, identified
from pickvs.fantasy.events.formula_one.invariants.rules import check_result
from pickvs.fantasy.events.formula_one.jolpica_parsing import (
    read_drivers,
    read_page,
    read_results,
    read_schedule,
    read_standings,
)
from pickvs.fantasy.events.formula_one.rules import AnyResult, QualifyingRow, ResultRow, SessionResult, result_facts
from pickvs.fantasy.events.formula_one.schedule.rules import doubts
from pickvs.fantasy.events.formula_one.statements import statement_of
from pickvs.fantasy.events.results.rules import AWAITED, Result, Versioned, decide, hear
from pickvs.fantasy.events.rules import Difference, Statement, beside, differences
from pickvs.fantasy.scoring.rules import score, totals
from pickvs.jobs.errors import BadAnswer
from tests.support.formula_one import Event, Tables, lock_of
from tests.support.scoring_tables import presets

NOW = datetime(2022, 10, 23, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def feeds(recordings: Path) -> Path:
    if not (folder := recordings / "f1_feeds").is_dir():
        pytest.skip("no recorded answers of Formula 1 beside this checkout")
    return folder


def known_drivers(tables: Tables, event: Event) -> list[KnownDriver]:
    rows = [row.entrant for row in event.race.rows]
    return [KnownDriver(tables.ids[each.driver], each.car_number, each.code, str(each.family_name)) for each in rows]


def china(feeds: Path) -> Mapping[str, Any]:
    record: Mapping[str, Any] = json.loads((feeds / "f1db_2024_r05_china_sprint_weekend.json").read_text("utf-8"))
    return record


def test_jolpica_race_in_the_vocabulary_of_2025(
    feeds: Path, tables: Tables, seasons: Mapping[int, list[Event]]
) -> None:
    page = read_page((feeds / "jolpica_2023_r09_results.json").read_bytes(), "race")
    [result] = read_results([page]).items
    race = cast("SessionResult[ResultRow]", result)
    assert (race.season, race.circuit, race.race_day) == (2023, "red_bull_ring", date(2023, 7, 2))
    assert race.rows[0].entrant.car_number == 1  # Verstappen's own number is 33
    assert race.rows[0].lap_ms == 67_012  # 1:07.012
    assert [(row.status, row.position) for row in race.rows[-2:]] == [("classified", 19), ("dnf", None)]
    # "Lapped" and "Retired" here are "+1 Lap" and "Wheel" in the tables: no difference. The tables know what was known
    # later: Magnussen, 19th on the grid, started from the pit lane.
    assert differences(result_facts(race, tables.ids), seasons[2023][8].facts["race"]) == (
        Difference(tables.ids["kevin_magnussen"], "grid", "19", "20"),
    )


def test_a_page_that_ends_in_the_middle_of_a_race(feeds: Path) -> None:
    page = read_page((feeds / "jolpica_2023_sprint_page1.json").read_bytes(), "sprint")
    assert (page.rows, page.total, page.next_offset) == (30, 120, 30)
    with pytest.raises(BadAnswer, match="30 of 120 rows"):
        read_results([page])


def test_qualifying_of_a_replaced_driver(feeds: Path) -> None:
    page = read_page((feeds / "jolpica_2023_r13_qualifying.json").read_bytes(), "qualifying")
    [result] = read_results([page]).items
    last = cast("SessionResult[QualifyingRow]", result).rows[-1]
    assert (last.entrant.driver, last.entrant.code, last.position, last.has_time) == ("lawson", "LAW", 20, True)


def test_no_result_yet_is_no_error(feeds: Path) -> None:
    page = read_page((feeds / "jolpica_2023_r99_results_empty.json").read_bytes(), "race")
    assert read_results([page]).items == ()


def test_schedule_standings_and_drivers(feeds: Path) -> None:
    weekends = read_schedule((feeds / "jolpica_2023_races.json").read_bytes()).items
    assert len(weekends) == 22
    [las_vegas] = [weekend for weekend in weekends if doubts(weekend)]
    assert las_vegas.circuit == "vegas"
    sprints = [weekend for weekend in weekends if weekend.has_sprint]
    assert len(sprints) == 6
    for weekend in sprints:  # the shootout is called the second practice
        assert weekend.starts.keys() == {"practice_1", "qualifying", "sprint_qualifying", "sprint", "race"}
        assert lock_of(weekend, "first_competitive") == weekend.starts["qualifying"]
    places = read_standings((feeds / "jolpica_2023_r05_driverstandings.json").read_bytes()).items
    assert [(each.driver, each.position, int(each.points)) for each in places[:2]] == [
        ("max_verstappen", 1, 119),
        ("perez", 2, 105),
    ]
    drivers = read_drivers((feeds / "jolpica_2023_r01_drivers.json").read_bytes()).items
    assert {"de_vries": ("DEV", "de Vries", "Nyck", 21)}.items() <= {
        each.driver: (each.code, each.family_name, each.given_name, each.car_number) for each in drivers
    }.items()


def test_two_sources_say_the_same_of_a_sprint_weekend(
    feeds: Path, tables: Tables, seasons: Mapping[int, list[Event]]
) -> None:
    record, event = china(feeds), seasons[2024][4]
    weekend = f1db_parsing.read_weekend(record["race"], 2024)
    assert event.weekend.starts == weekend.starts
    assert weekend.has_sprint
    answers: list[AnyResult] = [
        f1db_parsing.read_qualifying(weekend, record["qualifying-results"]),
        f1db_parsing.read_result(weekend, "sprint", record["sprint-race-results"]),
        f1db_parsing.read_result(weekend, "race", record["race-results"], fastest_laps=record["fastest-laps"]),
    ]
    for answer in answers:
        entrants = [row.entrant for row in answer.rows]
        ids = identified(entrants, {}, known_drivers(tables, event))
        assert len(ids) == 20
        second = statement_of(answer, ids)
        first = statement_of(event.sessions[answer.kind], tables.ids, qualified=event.qualified)
        assert (first.problems, second.problems) == ((), ())
        assert differences(first.facts, beside(second, first).facts) == ()
        # f1db has no fastest laps of sprints, and does not contradict them: all other facts must still agree.
        result = spoken(AWAITED, first, beside(second, first))
        assert result.state == "official"


def spoken(result: Result, first: Statement, second: Statement | None) -> Result:
    result, _ = hear(result, "first", (first.digest, not first.problems), NOW)
    if second is not None:
        result, _ = hear(result, "second", (second.digest, not second.problems), NOW)
    return result


def test_a_race_in_four_versions(feeds: Path, tables: Tables, seasons: Mapping[int, list[Event]]) -> None:
    """Austin 2022: Alonso 7th, 15th after 18 hours, 7th again after four days, and points lost for two years."""
    event = seasons[2022][18]
    recorded = json.loads((feeds / "f1db_2022_r19_us_race_results_versions.json").read_text("utf-8"))
    weekend = event.weekend
    statements, names = [], {}
    for version in recorded:
        answer = f1db_parsing.read_result(weekend, "race", version["race_results"])
        ids = identified([row.entrant for row in answer.rows], {}, known_drivers(tables, event))
        names = {contestant: driver.rpartition("-")[2] for driver, contestant in ids.items()}
        statements.append(statement_of(answer, ids))
    assert [len(each.problems) for each in statements] == [0, 0, 1, 0]
    assert statements[2].problems[0].startswith("points: 4 rows have other points than the table, 89 in all")
    assert differences(statements[0].facts, statements[3].facts)
    assert beside(statement_of(event.race, tables.ids), statements[3]).digest == statements[3].digest

    def points(table: str) -> list[dict[str, int]]:
        return [
            {names[each]: int(sums) for each, sums in totals(score(presets()[table], "race", said.facts)).items()}
            for said in statements
        ]

    weekend_points, midfield = points("weekend@1"), points("midfield@1")
    assert [
        [each[name] for each in weekend_points[:3]] for name in ("alonso", "vettel", "tsunoda", "zhou", "albon")
    ] == [
        [13, -1, 13],
        [6, 9, 6],
        [10, 12, 10],
        [5, 7, 6],
        [-4, -4, -5],
    ]
    assert [[each[name] for each in midfield[:3]] for name in ("alonso", "ocon")] == [[7, 5, 7], [9, 10, 9]]
    assert weekend_points[2] == weekend_points[3]

    # As the sources tell it: the first is always a version ahead, and an official result waits for the second.
    result, standings, versions = AWAITED, [], []
    for said in (statements[0], statements[1], statements[3]):
        for source in ("first", "second"):
            result, acts = hear(result, cast("Any", source), (said.digest, True), NOW)
            versions += [act.version for act in acts if isinstance(act, Versioned)]
            standings.append(result.state)
    assert standings == ["provisional", "official", "review", "amended", "review", "amended"]
    assert versions == [1, 2, 3]
    # The points that a source loses are noticed, and move nothing.
    result, acts = hear(result, "first", (statements[2].digest, False), NOW)
    assert (result.state, result.digest) == ("review", statements[3].digest)
    outcome = decide(result, statements[3].digest, NOW)
    assert isinstance(outcome, tuple)
    assert outcome[0].state == "amended"


def test_a_driver_of_another_number_is_not_known(
    feeds: Path, tables: Tables, seasons: Mapping[int, list[Event]]
) -> None:
    record, event = china(feeds), seasons[2024][4]
    rows = [{**row, "driverNumber": 99} if row["position"] == 1 else row for row in record["race-results"]]
    answer = f1db_parsing.read_result(f1db_parsing.read_weekend(record["race"], 2024), "race", rows)
    ids = identified([row.entrant for row in answer.rows], {}, known_drivers(tables, event))
    assert "max-verstappen" not in ids
    assert statement_of(answer, ids).problems == ("drivers: unknown: max-verstappen",)
    assert check_result(answer) == ()
