"""GET /health: the state of the service, without authentication."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from pickvs.core import clock, database
from tests.support.gateway import call
from tests.support.logs import logged
from tests.support.measured import measured, measuring
from tests.support.schema import NEWEST

NOW = datetime(2024, 1, 11, 12, tzinfo=UTC)


def add_run(url: str, job: str, status: str, started: datetime, minutes: float | None = 1) -> None:
    finished = None if minutes is None else started + timedelta(minutes=minutes)
    with psycopg.connect(url) as connection:
        connection.execute(
            """
            INSERT INTO ingestion_runs (job, sport, status, started_at, finished_at, error_code)
            VALUES (%s, 'basketball_nba', %s, %s, %s, %s)
            """,
            (job, status, started, finished, "OUT_OF_CREDITS" if status == "failed" else None),
        )


@pytest.mark.usefixtures("database")
def test_a_service_that_never_fetched_anything_is_healthy_and_says_so() -> None:
    answer = call("get_health", "GET", "/health")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    nothing = {"last_success": None, "age_seconds": None}
    assert answer.body == {
        "status": "ok",
        "database": "ok",
        "schema_version": NEWEST,
        "odds": nothing,
        "results": nothing,
    }


def test_the_age_is_that_of_the_last_success(database: str) -> None:
    add_run(database, "fetch_odds", "succeeded", NOW - timedelta(days=2))
    add_run(database, "fetch_odds", "partial", NOW - timedelta(hours=31))
    add_run(database, "fetch_odds", "failed", NOW - timedelta(hours=7))
    add_run(database, "fetch_odds", "running", NOW - timedelta(seconds=3), None)
    add_run(database, "process_results", "succeeded", NOW - timedelta(minutes=1, milliseconds=500), 0.5)
    with clock.held_at(NOW):
        answer = call("get_health", "GET", "/health")
    assert answer.body["odds"] == {"last_success": "2024-01-10T05:01:00Z", "age_seconds": 30 * 3600 + 59 * 60}
    assert answer.body["results"] == {"last_success": "2024-01-11T11:59:29.500000Z", "age_seconds": 30}


def test_a_clock_that_went_back_makes_nothing_younger_than_new(database: str) -> None:
    add_run(database, "fetch_odds", "succeeded", NOW)
    with clock.held_at(NOW):
        assert call("get_health", "GET", "/health").body["odds"]["age_seconds"] == 0


@pytest.mark.usefixtures("database")
def test_a_database_that_is_away_is_503_and_tells_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "pickvs.core.database.get_secret", lambda _: {"url": "postgresql://pickvs:hunter2@127.0.0.1:1/nothing"}
    )
    answer = call("get_health", "GET", "/health")
    problem = answer.problem(503, "UNAVAILABLE")
    assert int(answer.headers["retry-after"]) > 0
    assert "hunter2" not in str(problem)
    assert "127.0.0.1" not in str(problem)


@pytest.mark.usefixtures("database")
def test_what_it_fails_at_is_counted_and_what_it_does_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = measuring(monkeypatch, capsys)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "get_health")
    assert call("get_health", "GET", "/health").status == 200
    assert printed() == ""
    monkeypatch.setattr(
        "pickvs.core.database.get_secret", lambda _: {"url": "postgresql://pickvs:hunter2@127.0.0.1:1/nothing"}
    )
    database.close()
    with logged() as lines:
        call("get_health", "GET", "/health", headers={"X-Correlation-Id": "mine"}).problem(503, "UNAVAILABLE")
    text = printed()
    [error] = measured(text)
    assert (error.metric.name, error.value) == ("ServerErrors", 1)
    assert error.dimensions["function"] == "get_health"
    assert "hunter2" not in text
    assert [(line["message"], line["correlation_id"]) for line in lines()] == [("database unavailable", "mine")]


@pytest.mark.usefixtures("database")
def test_parameters_are_not_known() -> None:
    answer = call("get_health", "GET", "/health", query={"verbose": "1"})
    assert answer.problem(422, "INVALID_VALUE")["errors"][0]["field"] == "verbose"
