"""Any feed may be dead for a day: the others, builds, uploads and reads go on; what it said last stays, with its age.

Slates, injuries, weather and odds are asked by the deployed functions. The dead one refuses, is silent, or answers
nonsense, a different one every three hours.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from pickvs.core import clock
from tests.support import dfs_files
from tests.support.dfs import NOW, Lounge, Made
from tests.support.feeds import FAULTS, JOBS, NFL, Feeds, feeds
from tests.support.football_slate import player
from tests.support.gateway import call
from tests.support.uploads import BUCKET, send_file

HOUR = timedelta(hours=1)
STEPS = [NOW + 3 * number * HOUR for number in range(1, 9)]
AGES = {
    "checked_at",
    "injuries_at",
    "weather_at",
    "made_at",
    "salaries_at",
    "lines_at",
    "last_good",
    "last_success",
    "age_seconds",
}


@pytest.fixture
def day(database: str, lounge: Lounge, monkeypatch: pytest.MonkeyPatch) -> Iterator[Feeds]:
    """All feeds, well so far. A list of who is hurt is whole when it can be compared with the one before."""
    player(lounge.owner, "Josh Allen", "joshallen", "Buffalo Bills")
    with feeds(database, monkeypatch, NOW) as made:
        monkeypatch.setenv("UPLOADS_BUCKET", BUCKET)
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        for at in (NOW - HOUR, NOW):
            assert all(made.run(at).values())
        yield made


def without_ages(shown: Any) -> Any:
    if isinstance(shown, dict):
        return {name: without_ages(value) for name, value in shown.items() if name not in AGES}
    return [without_ages(each) for each in shown] if isinstance(shown, list) else shown


def read(lounge: Lounge, at: datetime) -> dict[str, Any]:
    """Return what a user is shown of each feed."""
    found: dict[str, Any] = {}
    with clock.held_at(at):

        def get(operation: str, path: str, **query: str) -> Any:
            answer = call(operation, "GET", path, user=lounge.ada, query=query or None)
            assert answer.status == 200, answer.body
            return answer.body

        [slate] = get("list_slates", "/dfs/slates", sport=NFL)["slates"]
        path = f"/dfs/slates/{slate['id']}"
        found["slates"] = get("get_slate", path)
        found["players"] = get("list_slate_players", f"{path}/players")
        found["weather"] = get("get_slate_weather", f"{path}/weather")
        found["injuries"] = get("list_injuries", "/dfs/injuries", sport=NFL)
        found["health"] = get("get_health", "/health")
    return found


def ages(health: dict[str, Any]) -> dict[str, int]:
    """Return the age of each feed in hours, by its oldest source that was ever good."""
    told: dict[str, list[int]] = {"odds": [health["odds"]["age_seconds"]]}
    for each in health["feeds"]:
        if each["age_seconds"] is not None:
            told.setdefault(each["feed"], []).append(each["age_seconds"])
    return {name: max(seconds) // 3600 for name, seconds in told.items()}


def builds(lounge: Lounge, at: datetime) -> None:
    """Upload the site's files, and have lineups built of them."""
    taken = send_file(lounge.ada, dfs_files.salaries(), at, kind="dk_salaries")
    assert taken.status == 201, taken.body
    slate = taken.body["slate_id"]
    chosen = send_file(lounge.ada, dfs_files.projections(), at, kind="projections", slate_id=slate)
    assert chosen.status == 201, chosen.body
    made = Made(slate, chosen.body["projection_set_id"], [], None)  # type: ignore[arg-type]
    build = lounge.build(lounge.ada, made, count=3, at=at)
    lounge.work(at)
    shown = lounge.shown(lounge.ada, build)
    assert (shown["state"], shown["found"]) == ("done", 3)


@pytest.mark.parametrize("dead", JOBS)
def test_a_dead_feed_changes_its_own_age_alone(lounge: Lounge, day: Feeds, dead: str) -> None:
    before = read(lounge, NOW)
    assert ages(before["health"]) == dict.fromkeys(JOBS, 0)
    assert [each["status"] for each in before["injuries"]["changes"]] == ["out"]
    assert before["slates"]["games"][0]["home_spread"] is not None
    assert before["weather"]["games"][0]["hours"] != []

    asked = day.of[dead].asked
    for number, at in enumerate(STEPS):
        day.of[dead].fault = FAULTS[number % len(FAULTS)]
        well = day.run(at)
        assert {name for name, is_well in well.items() if not is_well} <= {dead}
    assert day.of[dead].asked > asked, "it was asked all the time"

    end = STEPS[-1]
    after = read(lounge, end)
    for name, said in (("injuries", after["slates"]["injuries_at"]), ("weather", after["slates"]["weather_at"])):
        assert {*said.values()} == {f"{NOW if dead == name else end:%Y-%m-%dT%H:%M:%SZ}"}, "the slate says it as well"
    assert ages(after["health"]) == {**dict.fromkeys(JOBS, 0), dead: 24}
    assert without_ages(after) == without_ages(before)
    runs = lounge.rows("SELECT job, status::text, error_code FROM ingestion_runs WHERE started_at > %s", NOW)
    mine = [row for row in runs if row["job"] in JOBS[dead]]
    assert {row["job"] for row in runs} == {job for jobs in JOBS.values() for job in jobs}
    assert [row for row in runs if row not in mine and row["status"] != "succeeded"] == []
    assert any(row["status"] == "failed" for row in mine)
    statuses = lounge.rows("SELECT status FROM injury_statuses")
    assert [row["status"] for row in statuses] == ["out"], "nobody gets well because a list is silent"
    builds(lounge, end)

    day.of[dead].fault = None
    assert all(day.run(end + HOUR).values())
    assert ages(read(lounge, end + HOUR)["health"]) == dict.fromkeys(JOBS, 0)
