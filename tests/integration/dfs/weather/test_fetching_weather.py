"""The weather of outdoor games is asked for hourly until they are over, of two independent sources."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from local.weather import WeatherServer
from pickvs.core import clock, storage
from pickvs.core.database import transaction
from pickvs.dfs.weather import service
from pickvs.dfs.weather.providers import clients
from pickvs.dfs.weather.reading import weather_of
from pickvs.dfs.weather.service import FETCH_WEATHER, fetch_weather, follow
from pickvs.dfs.weather.venues import Venue, circuit, venue_of
from pickvs.jobs.errors import ProviderError, ProviderTimeout, Refused
from pickvs.jobs.freshness import ALL, last_good
from pickvs.jobs.sources import Answer, Question
from pickvs.markets.providers.polite_client import PoliteClient
from tests.support.alarms import Alarms, watch_alarms

NOW = datetime(2026, 7, 4, 12, 10, tzinfo=UTC)
START = NOW + timedelta(hours=30)
HOUR = timedelta(hours=1)


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> Alarms:
    return watch_alarms(monkeypatch, FETCH_WEATHER)


@pytest.fixture
def rows(database: str, alarms: Alarms, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection[Any]]:
    """A connection to look with. Both sources are the stand-in."""
    server = WeatherServer(now=lambda: NOW)
    server.start()
    monkeypatch.setenv("RAW_ANSWERS_BUCKET", "raw")
    monkeypatch.setattr(storage, "keep", lambda *_, **__: None)
    for name, value in (
        ("WEATHER_SOURCES", "nws,open_meteo"),
        ("WEATHER_NWS_URL", server.url),
        ("WEATHER_OPEN_METEO_URL", server.url),
        ("WEATHER_CONTACT", "ops@pickvs.example"),
        ("WEATHER_PACE_SECONDS", "0"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clients, "_PACES", {})
    with psycopg.connect(database, row_factory=dict_row, autocommit=True) as connection:
        yield connection
    server.stop()


def stadium(home: str = "Boston Red Sox") -> Venue:
    found = venue_of("baseball_mlb", home, "New York Yankees", START)
    assert found is not None
    return found


def followed(venue: Venue, start: datetime = START, at: datetime = NOW) -> int:
    with clock.held_at(at), transaction() as connection:
        return follow(connection, venue, start)


def asked(at: datetime) -> dict[str, tuple[str, int]]:
    """Run the function, and return status and news of each run."""
    with clock.held_at(at):
        report = fetch_weather()
    return {
        run["raw_object"].split("/")[0] if run["raw_object"] else run["error_code"]: (
            run["status"],
            run["counts"].get("news", 0),
        )
        for run in report["runs"]
    }


def due(rows: psycopg.Connection[Any]) -> dict[str, datetime]:
    return {row["key"]: row["due_at"] for row in rows.execute("SELECT key, due_at FROM agenda ORDER BY key")}


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, source: str, error: ProviderError) -> Iterator[None]:
    whole = PoliteClient.ask

    def ask(client: PoliteClient, question: Question, *, seconds: float) -> Answer:
        if client.name == source:
            raise error
        return whole(client, question, seconds=seconds)

    with monkeypatch.context() as patch:
        patch.setattr(PoliteClient, "ask", ask)
        yield


def test_a_game_is_asked_about_hourly_from_two_days_before_until_it_is_over(
    rows: psycopg.Connection[Any], alarms: Alarms
) -> None:
    far = START + timedelta(hours=40)
    venue = stadium()
    venue_id = followed(venue, far)
    [key] = due(rows)
    assert due(rows) == {key: far - timedelta(hours=48)}
    assert asked(NOW) == {}, "nothing is due yet"
    first = far - timedelta(hours=48)
    assert asked(first) == {"nws": ("succeeded", 6), "open_meteo": ("succeeded", 6)}
    assert due(rows) == {key: first + HOUR}
    assert asked(first + HOUR) == {"nws": ("succeeded", 0), "open_meteo": ("succeeded", 0)}, "only news is kept"
    assert asked(far + timedelta(hours=4, minutes=30)) != {}
    assert due(rows) == {}, "the game is over before the next hour"
    with transaction() as connection:
        found = weather_of(connection, [(venue_id, far)])[venue_id]
    assert {row.source for row in found} == {"nws", "open_meteo"}
    assert {row.valid_at for row in found} == {far.replace(minute=0) + late * HOUR for late in range(6)}
    assert all(row.temperature_c is not None and row.wind_kph is not None for row in found)


def test_two_games_of_a_venue_share_an_answer_and_a_repeated_run_asks_nobody(rows: psycopg.Connection[Any]) -> None:
    followed(stadium())
    followed(stadium(), START + 4 * HOUR)
    assert asked(NOW) == {"nws": ("succeeded", 10), "open_meteo": ("succeeded", 10)}
    assert asked(NOW) == {}
    assert len(due(rows)) == 2
    assert [row["n"] for row in rows.execute("SELECT count(*) AS n FROM ingestion_runs")] == [2]


def test_one_dead_source_leaves_the_other_and_what_was_known(
    rows: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue = stadium()
    venue_id = followed(venue)
    asked(NOW)
    for late in range(1, 25):
        error = (ProviderTimeout("silent"), ProviderError("garbage", http_status=500))[late % 2]
        with failing(monkeypatch, "nws", error):
            found = asked(NOW + late * HOUR)
        assert found["open_meteo"][0] == "succeeded"
    with clock.held_at(NOW), transaction() as connection:
        sources = {row.source for row in weather_of(connection, [(venue_id, START)])[venue_id]}
    assert sources == {"nws", "open_meteo"}, "what it said yesterday stays, with its age"
    with transaction() as connection:
        good = last_good(connection, "nws_weather", "open_meteo_weather")
    assert good == {
        ("nws_weather", venue.key, ALL): NOW,
        ("open_meteo_weather", venue.key, ALL): NOW + 24 * HOUR,
    }


def test_a_source_that_refuses_three_times_in_an_hour_is_off_until_tomorrow(
    rows: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for home in ("Boston Red Sox", "Chicago Cubs", "Colorado Rockies"):
        followed(stadium(home))
    with failing(monkeypatch, "nws", Refused("no", http_status=403)):
        assert asked(NOW)["REFUSED"] == ("failed", 0)
        assert "REFUSED" not in asked(NOW + HOUR)
    assert "nws" not in asked(NOW + 2 * HOUR)
    assert asked(NOW + timedelta(hours=12)).keys() == {"nws", "open_meteo"}


def test_under_a_roof_and_on_foreign_ground_nobody_asks(rows: psycopg.Connection[Any]) -> None:
    roof = venue_of("baseball_mlb", "Tampa Bay Rays", "Boston Red Sox", START)
    assert roof is not None
    followed(roof)
    assert venue_of("basketball_nba", "Boston Celtics", "New York Knicks", START) is None
    abroad = datetime(2025, 9, 28, 13, 30, tzinfo=UTC)
    assert venue_of("americanfootball_nfl", "Pittsburgh Steelers", "Minnesota Vikings", abroad) is None
    followed(stadium(), NOW - timedelta(days=1))
    monza = circuit("monza")
    assert monza is not None
    assert due(rows) == {}, "a game that is over has no weather to come"
    followed(monza)
    assert [*due(rows)] == [f"f1_monza/{START:%Y%m%dT%H%M}"]


def test_without_a_source_the_database_stays_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEATHER_SOURCES", "none")
    monkeypatch.setattr(service, "transaction", lambda **_: pytest.fail("a transaction was begun"))
    assert fetch_weather() == {"runs": [], "due": {}}
