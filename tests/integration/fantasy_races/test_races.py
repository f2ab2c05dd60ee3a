"""Races, results in versions, points and drivers, at the endpoints."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cdk.routes import ENDPOINTS
from pickvs.core import clock
from tests.support.gateway import Answer, call
from tests.support.leagues import FIRST_LOCK, SEASON, Paddock
from tests.support.public_reads import is_kept
from tests.support.race_results import in_order, tell

SATURDAY = FIRST_LOCK + timedelta(hours=5)
SUNDAY = FIRST_LOCK + timedelta(days=2, hours=4)
READS = [each for each in ENDPOINTS if each.method == "GET" and each.path.split("/")[1] in {"races", "drivers"}]
READS += [each for each in ENDPOINTS if each.method == "GET" and each.path.startswith("/scoring-tables")]
TABLES = ["midfield@1", "standard@1", "weekend@1"]


def ask(operation: str, path: str, at: datetime = SUNDAY, **more: Any) -> Answer:
    with clock.held_at(at):
        return call(operation, "GET", path, **more)


def get(operation: str, path: str, **query: str) -> Any:
    answer = ask(operation, path, query=query)
    assert answer.status == 200, answer.body
    return answer.body


def fresh_for(answer: Answer) -> int:
    return int(answer.headers["cache-control"].removeprefix("public, max-age="))


@pytest.fixture
def raced(season: Paddock) -> Paddock:
    """The first race was run: both sources tell the same, and a day later that the first two change places."""
    drivers = season.pool
    tell(season.events[0], "qualifying", in_order("qualifying", drivers), SATURDAY)
    tell(season.events[0], "race", in_order("race", drivers[:9], out=drivers[9:], fastest=drivers[1]), SUNDAY)
    later = in_order("race", [drivers[1], drivers[0], *drivers[2:9]], out=drivers[9:], grid=drivers, fastest=drivers[1])
    tell(season.events[0], "race", later, SUNDAY + timedelta(days=1))
    return season


@pytest.mark.parametrize("endpoint", READS, ids=lambda each: each.name)
def test_a_read_is_kept_and_asked_for_again_by_its_tag(raced: Paddock, endpoint: Any) -> None:
    known = {"race_id": raced.events[0], "driver_id": raced.pool[0], "table_id": "weekend@1"}
    is_kept(lambda headers: ask(endpoint.name, endpoint.path.format(**known), headers=headers))


def test_a_race_is_shown_from_its_announcement_to_an_amended_result(season: Paddock) -> None:
    event, drivers = season.events[0], season.pool
    coming = ask("get_race", f"/races/{event}")
    assert fresh_for(coming) == 60
    assert coming.body["state"] == "scheduled"
    assert coming.body["locks"]["first_competitive"] == f"{FIRST_LOCK:%Y-%m-%dT%H:%M:%SZ}"
    assert [(each["driver_id"], each["place"]) for each in coming.body["entries"]] == [
        (driver, place) for place, driver in enumerate(drivers, 1)
    ]

    tell(event, "qualifying", in_order("qualifying", drivers), SATURDAY)
    assert get("get_race", f"/races/{event}")["state"] == "running"
    race = in_order("race", drivers[:9], out=drivers[9:], fastest=drivers[1])
    tell(event, "race", race, SUNDAY, "first")
    provisional = ask("get_race_results", f"/races/{event}/results")
    assert (provisional.body["state"], fresh_for(provisional)) == ("provisional", 30)
    tell(event, "race", race, SUNDAY, "second")
    official = ask("get_race_results", f"/races/{event}/results")
    assert (official.body["state"], fresh_for(official)) == ("official", 300)
    qualifying, sunday = official.body["sessions"]
    assert [row["driver_id"] for row in qualifying["rows"]] == drivers
    assert [(row["position"], row["status"]) for row in sunday["rows"]][-2:] == [(9, "classified"), (None, "dnf")]

    swapped = in_order("race", [drivers[1], drivers[0], *drivers[2:9]], out=drivers[9:], grid=drivers)
    tell(event, "race", swapped, SUNDAY + timedelta(days=1), "first")
    in_review = ask("get_race_results", f"/races/{event}/results")
    assert (in_review.body["state"], fresh_for(in_review)) == ("review", 30)
    assert in_review.body["sessions"][1]["rows"] == sunday["rows"], "one source alone changes nothing that is official"
    tell(event, "race", swapped, SUNDAY + timedelta(days=1), "second")
    amended = get("get_race_results", f"/races/{event}/results", session="race")
    [result] = amended["sessions"]
    assert [row["driver_id"] for row in result["rows"]][:2] == [drivers[1], drivers[0]]
    assert [(each["version"], each["standing"]) for each in result["versions"]] == [(1, "provisional"), (2, "amended")]
    [first] = get("get_race_results", f"/races/{event}/results", session="race", version="1")["sessions"]
    assert (first["shown_version"], first["rows"]) == (1, sunday["rows"])


def test_every_point_has_its_reason_and_the_season_is_their_sum(raced: Paddock) -> None:
    totals: dict[str, dict[int, Decimal]] = {}
    for table in TABLES:
        shown = get("get_race_points", f"/races/{raced.events[0]}/points", table=table)
        totals[table] = {each["driver_id"]: Decimal(str(each["points"])) for each in shown["drivers"]}
        assert set(totals[table]) == set(raced.pool)
        for each in shown["drivers"]:
            lines = [Decimal(str(line["points"])) for line in each["lines"]]
            assert sum(lines) == totals[table][each["driver_id"]]
        ranks = get("list_driver_rankings", "/drivers/rankings", table=table)
        assert ranks["season"] == SEASON
        assert {each["driver_id"]: Decimal(str(each["points"])) for each in ranks["drivers"]} == totals[table]
        assert [each["rank"] for each in ranks["drivers"]] == [
            1 + sum(other > total for other in totals[table].values())
            for total in sorted(totals[table].values(), reverse=True)
        ]
    winner, second, last = raced.pool[1], raced.pool[0], raced.pool[9]
    assert {table: totals[table][winner] for table in TABLES} == {
        "midfield@1": 1,
        "standard@1": 25 + 1,
        "weekend@1": 9 + 25 + 1 + 10,
    }
    assert totals["weekend@1"][second] == 10 + 18 - 1
    assert totals["weekend@1"][last] == 1 - 20


def test_a_season_is_paged_by_day_and_its_drivers_by_name(season: Paddock) -> None:
    pages = [get("list_races", "/races", limit="1")]
    pages.append(get("list_races", "/races", limit="1", cursor=pages[0]["next_cursor"]))
    assert [[race["id"] for race in page["races"]] for page in pages] == [[event] for event in season.events]
    assert pages[1]["next_cursor"] is None
    assert get("list_races", "/races", season="1999") == {"season": 1999, "races": [], "next_cursor": None}
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = get("list_drivers", "/drivers", limit="4", **cursor)
        seen += [each["id"] for each in page["drivers"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(seen) == season.pool
    assert seen == sorted(season.pool, key=lambda driver: f"D{1 + season.pool.index(driver)}")


def test_a_driver_is_shown_with_what_counts_of_a_season(raced: Paddock) -> None:
    shown = get("get_driver", f"/drivers/{raced.pool[0]}")
    assert (shown["seasons"], shown["season"]) == ([SEASON], SEASON)
    assert [(each["session"], each["position"], each["version"]) for each in shown["results"]] == [
        ("qualifying", 1, 1),
        ("race", 2, 2),
    ]
    assert get("get_driver", f"/drivers/{raced.pool[0]}", season="1999")["results"] == []


@pytest.mark.parametrize(
    ("operation", "path", "query", "status", "code"),
    [
        ("get_race", "/races/987654", {}, 404, "RACE_NOT_FOUND"),
        ("get_race_results", "/races/987654/results", {}, 404, "RACE_NOT_FOUND"),
        ("get_race_results", "/races/{race}/results", {"session": "sprint"}, 404, "RACE_SESSION_NOT_FOUND"),
        (
            "get_race_results",
            "/races/{race}/results",
            {"session": "race", "version": "3"},
            404,
            "RESULT_VERSION_NOT_FOUND",
        ),
        ("get_race_results", "/races/{race}/results", {"version": "1"}, 422, "INVALID_VALUE"),
        ("get_race_points", "/races/{race}/points", {"table": "987654"}, 404, "SCORING_TABLE_NOT_FOUND"),
        ("get_race_points", "/races/{race}/points", {"table": "weekend@2"}, 404, "SCORING_TABLE_NOT_FOUND"),
        ("get_race_points", "/races/{race}/points", {"table": "no table"}, 422, "INVALID_VALUE"),
        ("list_driver_rankings", "/drivers/rankings", {"table": "0"}, 422, "INVALID_VALUE"),
        ("get_driver", "/drivers/987654", {}, 404, "DRIVER_NOT_FOUND"),
        ("list_races", "/races", {"cursor": "WyJ4IiwxXQ"}, 422, "INVALID_CURSOR"),
        ("get_scoring_table", "/scoring-tables/987654", {}, 404, "SCORING_TABLE_NOT_FOUND"),
    ],
)
def test_what_there_is_not_is_said(
    season: Paddock, operation: str, path: str, query: dict[str, str], status: int, code: str
) -> None:
    ask(operation, path.format(race=season.events[0]), query=query).problem(status, code)
