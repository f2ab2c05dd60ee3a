"""In the two hours before a tip-off the agenda has a sport asked about every quarter of an hour."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.alarm_clock import EVENT
from pickvs.core.database import transaction
from pickvs.jobs.errors import ProviderTimeout
from pickvs.predictions.statistics.config import stats_config
from pickvs.predictions.statistics.injuries import service
from pickvs.predictions.statistics.injuries.ordering import await_injuries
from pickvs.predictions.statistics.providers import adapters
from tests.support.alarms import Alarms, watch_clocks
from tests.support.box_scores import HOME, STARTS_AT
from tests.support.functions import load
from tests.support.measured import measured, measuring
from tests.support.statistics import NBA, World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FIRST = STARTS_AT - 2 * HOUR + 5 * MINUTE
OUT = {
    "injuries": [
        {
            "displayName": HOME,
            "injuries": [
                {
                    "date": f"{STARTS_AT - timedelta(days=1):%Y-%m-%dT%H:%MZ}",
                    "athlete": {"displayName": "Nobody Known", "links": []},
                    "type": {"name": "INJURY_STATUS_OUT"},
                }
            ],
        }
    ]
}


@pytest.fixture
def alarms(world: World, monkeypatch: pytest.MonkeyPatch) -> Alarms:
    """ESPN, in memory, names one player who is hurt."""
    for name, value in (("ODDS_API_SPORTS", NBA), ("STATS_SOURCES", "espn"), ("STATS_CONTACT", "ops@pickvs.example")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STATS_ESPN_URL", "http://nowhere")
    watched = watch_clocks(monkeypatch, "ingest_injuries")
    espn = adapters.injury_adapter("espn", stats_config())
    object.__setattr__(espn, "source", world.espn)
    monkeypatch.setattr(service, "injury_adapter", lambda *_: espn)
    world.espn.by_path["injuries"] = OUT
    return watched


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    return measuring(monkeypatch, capsys)


def announce(at: datetime) -> None:
    with clock.held_at(at), transaction() as connection:
        await_injuries(connection, ["baseball_mlb", NBA, "soccer_epl"], at)


def woken(at: datetime) -> list[str]:
    with clock.held_at(at):
        return [run["status"] for run in load("ingest_injuries/handler").handler(dict(EVENT), None)["runs"]]


def due(world: World) -> dict[str, datetime]:
    return {row["key"]: row["due_at"] for row in world.db.execute("SELECT key, due_at FROM agenda")}


def ages(printed: str) -> list[float]:
    return [each.value for each in measured(printed) if each.metric.name == "InjuriesAge"]


def test_from_two_hours_before_until_the_tip_off_and_then_nobody_is_woken(world: World, alarms: Alarms) -> None:
    world.game()
    announce(STARTS_AT - timedelta(days=1))
    assert due(world) == {NBA: FIRST}, "the other sports have no game to come, or no source"
    assert woken(FIRST - MINUTE) == []
    at, asked = FIRST, 0
    while NBA in due(world):
        assert due(world) == {NBA: at}
        assert woken(at) == ["succeeded"]
        assert woken(at) == [], "a repeated delivery asks nobody"
        at, asked = at + 15 * MINUTE, asked + 1
    assert asked == 8
    assert min(alarms.set.values()) == FIRST
    assert max(alarms.set.values()) == STARTS_AT - 10 * MINUTE


def test_a_game_that_is_put_off_is_asked_about_before_its_new_time(world: World, alarms: Alarms) -> None:
    game = world.game()
    announce(STARTS_AT - timedelta(days=1))
    world.db.execute("UPDATE games SET commence_time = %s WHERE id = %s", (STARTS_AT + 3 * HOUR, game))
    assert woken(FIRST) == [], "nothing begins within two hours"
    assert due(world) == {NBA: FIRST + 3 * HOUR}
    world.db.execute("UPDATE games SET status = 'postponed' WHERE id = %s", (game,))
    assert woken(FIRST + 3 * HOUR) == []
    assert due(world) == {}


def test_a_lost_row_is_put_again_by_the_daily_pace(world: World, alarms: Alarms) -> None:
    world.game()
    with clock.held_at(STARTS_AT - 5 * HOUR):
        [run] = load("ingest_injuries/handler").handler({}, None)["runs"]
    assert run["status"] == "succeeded"
    assert due(world) == {NBA: FIRST}


def test_the_age_is_that_of_the_last_list_and_only_told_before_games(
    world: World, alarms: Alarms, printed: Callable[[], str]
) -> None:
    world.game()
    announce(STARTS_AT - timedelta(days=1))
    with clock.held_at(STARTS_AT - 5 * HOUR):
        load("ingest_injuries/handler").handler({}, None)
    assert ages(printed()) == [], "nobody looks at it yet"
    # The first list has none to be compared with; it is whole by the second one.
    assert (woken(FIRST), ages(printed())) == (["succeeded"], [0])
    world.espn.by_path["injuries"] = ProviderTimeout("silent")
    for number in range(1, 8):
        assert woken(FIRST + number * 15 * MINUTE) == ["failed"]
    assert ages(printed()) == [number * 900 for number in range(1, 8)]


def test_a_source_that_never_had_a_list_is_as_old_as_the_first_question(
    world: World, alarms: Alarms, printed: Callable[[], str]
) -> None:
    world.game()
    announce(STARTS_AT - timedelta(days=1))
    world.espn.by_path["injuries"] = ProviderTimeout("silent")
    for number in range(3):
        woken(FIRST + number * 15 * MINUTE)
    assert ages(printed()) == [0, 900, 1800]


def test_without_a_source_nothing_is_ordered(world: World, alarms: Alarms, monkeypatch: pytest.MonkeyPatch) -> None:
    world.game()
    monkeypatch.setenv("STATS_SOURCES", "none")
    announce(STARTS_AT - timedelta(days=1))
    assert due(world) == {}
    with clock.held_at(FIRST):
        assert load("ingest_injuries/handler").handler({}, None)["runs"] == []


def test_who_says_nothing_is_not_well(world: World, alarms: Alarms) -> None:
    world.game(settled=world.made.score, starts_at=STARTS_AT)
    world.ask()
    star: Any = world.made.players[HOME][0]
    at = STARTS_AT + timedelta(days=1)
    said = {**OUT["injuries"][0]["injuries"][0]}
    said["athlete"] = {
        "displayName": star.name,
        "links": [{"href": f"https://www.espn.com/nba/player/_/id/{4_000_000 + star.number}/x"}],
    }
    world.espn.by_path["injuries"] = {"injuries": [{"displayName": HOME, "injuries": [said]}]}
    world.db.execute(
        """
        INSERT INTO games (sport, home_team, away_team, home_team_id, away_team_id, local_date, commence_time,
                           created_at, updated_at)
        SELECT sport, away_team, home_team, away_team_id, home_team_id, local_date + 1, %s, created_at, updated_at
        FROM games
        """,
        (at + 2 * HOUR,),
    )
    announce(at)
    assert woken(at + 5 * MINUTE) == ["succeeded"]
    world.espn.by_path["injuries"] = {"injuries": []}
    for number in range(1, 7):
        woken(at + 5 * MINUTE + number * 15 * MINUTE)
    rows = world.db.execute("SELECT status FROM injury_statuses ORDER BY id").fetchall()
    assert [row["status"] for row in rows] == ["out"]
