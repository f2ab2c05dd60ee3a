"""Answers that are cut, contradictory or damaged: a race is read as a whole, left out, or refused; nothing else."""

import json
from datetime import UTC, datetime
from random import Random
from typing import Any, cast

import pytest

from pickvs.fantasy.events.formula_one import f1db_parsing
from pickvs.fantasy.events.formula_one.jolpica_parsing import read_page, read_results, read_schedule, read_standings
from pickvs.jobs.errors import BadAnswer
from tests.support.formula_one import answer
from tests.support.mutated_answers import damaged


def jolpica_race(rows: int = 4) -> dict[str, Any]:
    return {
        "season": "2026",
        "round": "7",
        "raceName": "Made-up Grand Prix",
        "Circuit": {"circuitId": "monza"},
        "date": "2026-06-07",
        "time": "13:00:00Z",
        "Results": [
            {
                "number": str(number),
                "position": str(number),
                "positionText": str(number) if number < 4 else "R",
                "points": str((25, 18, 15, 0)[number - 1]),
                "Driver": {"driverId": f"driver_{number}", "code": f"D{number:02}", "familyName": "Driver"},
                "Constructor": {"constructorId": f"team_{(number + 1) // 2}"},
                "grid": str(number),
                "laps": "53",
                "status": "Finished",
                "FastestLap": {"rank": str(number), "lap": "50", "Time": {"time": f"1:20.00{number}"}},
            }
            for number in range(1, rows + 1)
        ],
    }


def pages(*cut: list[dict[str, Any]], total: int = 4) -> list[Any]:
    read, offset = [], 0
    for rows in cut:
        races = [{**jolpica_race(), "Results": rows}]
        read.append(read_page(answer({"RaceTable": {"Races": races}}, total, offset), "race"))
        offset += len(rows)
    return read


def test_a_race_is_joined_over_pages_and_read_whole_or_not_at_all() -> None:
    rows = jolpica_race()["Results"]
    whole = read_results(pages(rows)).items
    assert read_results(pages(rows[:1], rows[1:3], rows[3:])).items == whole
    for wrong in (
        pages(rows[:1]),
        pages(rows[:2], rows[2:])[::-1],
        [pages(rows[:1], rows[1:])[1]],
        [*pages(rows), *pages(rows)],
        [],
    ):
        with pytest.raises(BadAnswer):
            read_results(wrong)
    changes: list[dict[str, Any]] = [{"positionText": "2"}, {"positionText": "X"}, {"points": "-1"}]
    for change in (*changes, {"grid": None}, {"Driver": {}}):
        capture = read_results(pages([{**rows[0], **change}, *rows[1:]]))
        assert (capture.items, len(capture.skipped), capture.skipped[0].provider_id) == ((), 1, "Made-up Grand Prix")
    other_year = {**jolpica_race(), "season": "2025"}
    assert not read_results([read_page(answer({"RaceTable": {"Races": [other_year]}}, 4), "race")]).items


def test_damaged_answers_are_refused_or_left_out_and_raise_nothing_else() -> None:
    random = Random(5)  # noqa: S311
    schedule = {key: value for key, value in jolpica_race().items() if key != "Results"}
    schedule |= {"Qualifying": {"date": "2026-06-06", "time": "14:00:00Z"}, "Sprint": {"date": "2026-06-06"}}
    place = {"position": "1", "points": "25", "Driver": {"driverId": "driver_1"}}
    whole = json.loads(answer({"RaceTable": {"Races": [jolpica_race()]}}, 4))
    season = json.loads(answer({"RaceTable": {"Races": [schedule]}}, 1))
    standings = json.loads(answer({"StandingsTable": {"StandingsLists": [{"DriverStandings": [place]}]}}, 1))
    truth = read_results([read_page(json.dumps(whole).encode(), "race")]).items[0].rows
    refused = left_out = same = 0
    for _ in range(400):
        try:
            capture = read_results([read_page(json.dumps(damaged(whole, random)).encode(), "race")])
            left_out += bool(capture.skipped)
            same += any(item.rows == truth for item in capture.items)
        except BadAnswer:
            refused += 1
        for read, what in ((read_schedule, season), (read_standings, standings)):
            try:
                cast("Any", read)(json.dumps(damaged(what, random)).encode())
            except BadAnswer:
                refused += 1
    assert min(refused, left_out, same) > 20


def test_damaged_records_of_f1db_are_refused() -> None:
    random = Random(6)  # noqa: S311
    record = {"date": "2026-06-07", "time": "13:00", "grandPrixId": "made-up", "circuitId": "monza"}
    record |= {"qualifyingDate": "2026-06-06", "qualifyingTime": "14:00"}
    rows = [
        {"position": place, "driverNumber": number, "driverId": f"driver-{number}", "constructorId": "team"}
        | {"points": points, "gridPosition": grid}
        for number, (place, points, grid) in enumerate([(1, 25, 2), (2, 18, "PL"), ("DSQ", None, None)], start=1)
    ]
    weekend = f1db_parsing.read_weekend(record, 2026)
    assert weekend.starts == {
        "qualifying": datetime(2026, 6, 6, 14, tzinfo=UTC),
        "race": datetime(2026, 6, 7, 13, tzinfo=UTC),
    }
    read = f1db_parsing.read_result(weekend, "race", rows)
    assert [(row.status, row.position, row.grid) for row in read.rows] == [
        *(("classified", 1, 2), ("classified", 2, 0)),
        ("dsq", None, None),
    ]
    assert [int(row.points) for row in read.rows] == [25, 18, 0]
    refused = 0
    for _ in range(400):
        for reading, what in (
            (lambda raw: f1db_parsing.read_weekend(raw, 2026), record),
            (lambda raw: f1db_parsing.read_result(weekend, "race", raw, fastest_laps=raw), rows),
            (lambda raw: f1db_parsing.read_qualifying(weekend, raw), rows),
        ):
            try:
                cast("Any", reading)(damaged(what, random))
            except BadAnswer:
                refused += 1
    assert refused > 100
