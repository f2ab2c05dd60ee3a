"""GET /health: the state of the service, without authentication."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.jobs.freshness import note_good
from tests.support.database_roles import close_all
from tests.support.gateway import call
from tests.support.logs import logged
from tests.support.measured import measured, measuring
from tests.support.schema import NEWEST

NOW = datetime(2024, 1, 11, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODDS_API_SPORTS", "basketball_nba,icehockey_nhl")


def good(job: str, sport: str, *parts: str, at: datetime) -> None:
    with transaction() as connection:
        note_good(connection, job=job, subject=sport, parts=parts, at=at)


def stale(last: str | None, age: int | None) -> dict[str, Any]:
    return {"last_success": last, "age_seconds": age}


@pytest.mark.usefixtures("database")
def test_a_service_that_never_fetched_anything_is_healthy_and_says_so() -> None:
    answer = call("get_health", "GET", "/health")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    nothing = stale(None, None)
    unquoted = [{"market": name, "last_good": None, "age_seconds": None} for name in ("moneyline", "spread", "total")]
    assert answer.body == {
        "status": "ok",
        "database": "ok",
        "schema_version": NEWEST,
        "odds": nothing,
        "results": nothing,
        "sports": [
            {"sport": sport, "results": nothing, "markets": unquoted} for sport in ("basketball_nba", "icehockey_nhl")
        ],
        "feeds": [
            {"feed": feed, "source": source, "sport": sport, "last_good": None, "age_seconds": None}
            for feed, source, sport in (
                ("slates", "draftkings", None),
                ("injuries", "nba_report", "basketball_nba"),
                ("injuries", "espn", "basketball_nba"),
                ("weather", "nws", None),
                ("weather", "open_meteo", None),
            )
        ],
    }


@pytest.mark.usefixtures("database")
def test_each_sport_and_market_has_its_age_and_the_service_that_of_the_freshest() -> None:
    good("fetch_odds", "basketball_nba", "moneyline", "total", at=NOW - timedelta(hours=7))
    good("fetch_odds", "basketball_nba", "spread", at=NOW - timedelta(hours=31))
    good("fetch_odds", "icehockey_nhl", "moneyline", at=NOW - timedelta(hours=55))
    good("fetch_odds", "soccer_epl", "moneyline", at=NOW)  # no longer fetched
    good("process_results", "icehockey_nhl", "all", at=NOW - timedelta(seconds=30, milliseconds=500))
    with clock.held_at(NOW):
        body = call("get_health", "GET", "/health").body
    results = stale("2024-01-11T11:59:29.500000Z", 30)
    assert body["odds"] == stale("2024-01-11T05:00:00Z", 7 * 3600)
    assert body["results"] == results
    nba, nhl = body["sports"]
    assert (nba["sport"], nhl["sport"]) == ("basketball_nba", "icehockey_nhl")
    assert (nba["results"], nhl["results"]) == (stale(None, None), results)
    assert {each["market"]: each["age_seconds"] for each in nba["markets"]} == {
        "moneyline": 7 * 3600,
        "spread": 31 * 3600,
        "total": 7 * 3600,
    }
    assert nhl["markets"][0] == {"market": "moneyline", "last_good": "2024-01-09T05:00:00Z", "age_seconds": 55 * 3600}
    assert [each["age_seconds"] for each in nhl["markets"][1:]] == [None, None]


@pytest.mark.usefixtures("database")
def test_each_source_of_a_feed_has_its_own_age() -> None:
    good("draftkings_slates", "nba", "all", at=NOW - timedelta(hours=30))
    good("draftkings_slates", "118324", "all", at=NOW - timedelta(hours=26))
    good("espn_stats", "basketball_nba", "injuries", at=NOW - timedelta(minutes=14))
    good("espn_stats", "basketball_nba", "all", at=NOW)  # box scores are no injuries
    good("espn_stats", "baseball_mlb", "injuries", at=NOW)  # no sport of this stage
    good("nws_weather", "mlb_fenway_park", "all", at=NOW - timedelta(hours=2))
    good("nws_weather", "mlb_wrigley_field", "all", at=NOW - timedelta(hours=1))
    with clock.held_at(NOW):
        feeds = call("get_health", "GET", "/health").body["feeds"]
    assert [(each["feed"], each["source"], each["age_seconds"]) for each in feeds] == [
        ("slates", "draftkings", 26 * 3600),
        ("injuries", "nba_report", None),
        ("injuries", "espn", 14 * 60),
        ("weather", "nws", 3600),
        ("weather", "open_meteo", None),
    ]
    assert feeds[2]["last_good"] == "2024-01-11T11:46:00Z"


@pytest.mark.usefixtures("database")
def test_good_data_is_never_forgotten_for_older_data() -> None:
    good("fetch_odds", "basketball_nba", "moneyline", at=NOW)
    good("fetch_odds", "basketball_nba", "moneyline", at=NOW - timedelta(hours=1))
    with clock.held_at(NOW):
        assert call("get_health", "GET", "/health").body["odds"]["age_seconds"] == 0


@pytest.mark.usefixtures("database")
def test_a_clock_that_went_back_makes_nothing_younger_than_new() -> None:
    good("fetch_odds", "basketball_nba", "moneyline", at=NOW + timedelta(minutes=1))
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
    close_all()
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
