"""A season begins: what two sources publish, when they are asked, what becomes of it. Over HTTP, by a held clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from pickvs.core import clock, storage
from pickvs.core.config import settings
from pickvs.core.database import transaction
from pickvs.fantasy.collecting import asking, rules, service
from pickvs.fantasy.collecting.service import collect_due, collect_season
from pickvs.fantasy.events.formula_one.recording import SPORT
from pickvs.fantasy.events.reading import pool_of, season_of
from pickvs.jobs.runs import IngestionFailed
from tests.support.alarms import watch_alarms
from tests.support.formula_one import Tables
from tests.support.race_sources import RaceSources, served

BEFORE = datetime(2023, 3, 1, 6, 15, tzinfo=UTC)
QUALIFYING, RACE = datetime(2023, 3, 4, 15, tzinfo=UTC), datetime(2023, 3, 5, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)

STATES = """
    SELECT session, standing FROM session_results
    WHERE event_id = (SELECT id FROM events ORDER BY day LIMIT 1) AND standing <> 'awaited' ORDER BY session
"""
WORKS = """
    SELECT split_part(key, ':', 1) || coalesce(':' || nullif(split_part(key, ':', 3), ''), ''), due_at
    FROM agenda WHERE function = 'collect_f1' ORDER BY due_at DESC
"""
BUSIEST = """
    SELECT max(asked) FROM (
      SELECT count(*) AS asked FROM ingestion_runs
      WHERE job = 'jolpica_races' AND request ->> 'parameters' LIKE '%/1/%' GROUP BY date_trunc('hour', started_at)
    ) hours
"""


@pytest.fixture
def sources(database: str, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Iterator[RaceSources]:
    watch_alarms(monkeypatch, "collect_f1", "tick_drafts", "deliver_notices")
    monkeypatch.setattr(storage, "keep", lambda *_, **__: None)
    asking._PACES.clear()
    played = RaceSources(tables, 2023)
    with served(played) as url:
        for name, value in {
            "RAW_ANSWERS_BUCKET": "raw",
            "FANTASY_SOURCES": "jolpica,f1db",
            "FANTASY_CONTACT": "ops@example.org",
            "FANTASY_PACE_SECONDS": "0",
            "JOLPICA_BASE_URL": url,
            "F1DB_BASE_URL": url,
        }.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield played


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def at(moment: datetime, collect: Any) -> dict[str, Any]:
    with clock.held_at(moment):
        report: dict[str, Any] = collect()
    return report


def due(url: str, key: str) -> datetime | None:
    return dict(rows(url, WORKS)).get(key)


def test_a_weekend_from_its_schedule_to_an_official_result(database: str, sources: RaceSources) -> None:
    at(BEFORE, collect_season)
    with transaction() as connection:
        season = season_of(connection, SPORT, 2023)
        pool = pool_of(connection, season[0].id)
    assert len(season) == 22
    assert [each.name for each in season if each.is_held] == ["Las Vegas Grand Prix"]
    assert [each.short_name for each in pool][:3] == ["Verstappen", "Leclerc", "Pérez"]  # the end of 2022
    assert len(pool) == 20
    assert due(database, "session:qualifying") == QUALIFYING + timedelta(minutes=75)
    assert due(database, "session:race") == RACE + timedelta(minutes=150)

    # Qualifying is asked about every quarter of an hour until it is there, and then every hour.
    moment = QUALIFYING + timedelta(minutes=75)
    at(moment, collect_due)
    assert due(database, "session:qualifying") == moment + timedelta(minutes=15)
    sources.publish(1, "qualifying")
    at(moment + timedelta(minutes=15), collect_due)
    assert rows(database, STATES) == [("qualifying", "provisional")]
    assert due(database, "session:qualifying") == moment + timedelta(minutes=75)
    assert due(database, "second") == moment + timedelta(minutes=75)

    # The race, and the second opinion a day later.
    sources.publish(1, "race")
    at(RACE + timedelta(minutes=150), collect_due)
    assert rows(database, STATES) == [("qualifying", "provisional"), ("race", "provisional")]
    sources.released.add(1)
    at(RACE + 24 * HOUR, collect_due)
    assert rows(database, STATES) == [("qualifying", "official"), ("race", "official")]
    assert due(database, "second") is None
    with transaction() as connection:
        second = pool_of(connection, season[1].id)
    assert [each.short_name for each in second][:3] == ["Verstappen", "Pérez", "Alonso"]
    assert {each.expected_seat for each in second} >= {"red_bull", "ferrari"}

    # The daily round finds nothing new, and a session that has left the answer is a question.
    daily = at(RACE + 39 * HOUR, collect_season)
    assert {run["counts"].get("changed", 0) for run in daily["runs"]} == {0}
    sources.published.discard((1, "race"))
    at(RACE + 63 * HOUR, collect_season)
    assert rows(database, "SELECT kind, causes FROM fantasy_reviews WHERE kind = 'result'") == [("result", ["gone"])]
    assert rows(database, STATES) == [("qualifying", "official"), ("race", "official")]
    assert rows(database, BUSIEST)[0][0] <= 5


def test_sessions_of_a_weekend_share_their_requests(database: str, sources: RaceSources) -> None:
    at(BEFORE, collect_season)
    sources.publish(1, "qualifying")
    at(QUALIFYING + timedelta(minutes=75), collect_due)
    first = RACE + timedelta(minutes=150)
    at(first - timedelta(minutes=10), collect_due)
    assert due(database, "session:qualifying") == first + timedelta(minutes=50)
    assert due(database, "session:race") == first, "a question is not put off to an earlier time"
    assert due(database, "second") == first + timedelta(minutes=50)
    sources.publish(1, "race")
    at(first, collect_due)
    assert due(database, "session:qualifying") == due(database, "session:race") == first + HOUR
    assert due(database, "second") == first + HOUR


def test_a_race_that_leaves_the_schedule_is_cancelled_by_itself_after_its_date(
    database: str, sources: RaceSources
) -> None:
    at(BEFORE, collect_season)
    sources.gone = {1}
    at(BEFORE + 24 * HOUR, collect_season)
    assert rows(database, "SELECT kind, causes FROM fantasy_reviews WHERE kind = 'cancellation'") == [
        ("cancellation", ["gone"])
    ]
    assert rows(database, "SELECT count(*) FROM events WHERE is_void") == [(0,)]
    at(RACE + 49 * HOUR, collect_season)
    assert rows(database, "SELECT day::text FROM events WHERE is_void") == [("2023-03-05",)]
    assert rows(database, "SELECT count(*) FROM fantasy_reviews WHERE kind = 'cancellation' AND closed_at IS NULL") == [
        (0,)
    ]


def test_an_answer_that_lacks_most_of_the_season_is_not_believed(database: str, sources: RaceSources) -> None:
    at(BEFORE, collect_season)
    sources.gone = set(range(1, 5))
    with pytest.raises(IngestionFailed, match="2023"):
        at(BEFORE + 24 * HOUR, collect_season)
    assert rows(database, "SELECT count(*) FROM fantasy_reviews WHERE kind = 'cancellation'") == [(0,)]


def test_races_that_leave_the_schedule_one_after_the_other_are_believed(database: str, sources: RaceSources) -> None:
    at(BEFORE, collect_season)
    for day in range(1, 6):
        sources.gone.add(day)
        at(BEFORE + day * timedelta(minutes=20), collect_season)
    asked = "SELECT count(*) FROM fantasy_reviews WHERE kind = 'cancellation' AND closed_at IS NULL"
    assert rows(database, asked) == [(5,)]


def test_no_race_is_cancelled_while_a_source_is_silent(database: str, sources: RaceSources) -> None:
    """A source that does not answer has not said that there is no result."""
    at(BEFORE, collect_season)
    sources.status = 503
    with pytest.raises(IngestionFailed):
        at(RACE + 49 * HOUR, collect_season)
    assert rows(database, "SELECT count(*) FROM events WHERE is_void") == [(0,)]
    sources.status = 200
    at(RACE + 50 * HOUR, collect_season)
    assert rows(database, "SELECT count(*) FROM events WHERE is_void") == [(1,)]


def test_results_on_several_pages_are_joined(database: str, sources: RaceSources) -> None:
    for number in range(1, 7):  # 120 rows of races, on two pages
        sources.publish(number, "qualifying", "race")
    at(BEFORE + 100 * 24 * HOUR, collect_season)
    stored = "SELECT session, count(*) FROM session_results WHERE standing = 'provisional' GROUP BY 1 ORDER BY 1"
    assert rows(database, stored) == [("qualifying", 6), ("race", 6)]
    assert [address for address in sources.asked if "offset=100" in address and "/results/" in address]


def test_a_source_that_refuses_is_off_until_the_next_day(database: str, sources: RaceSources) -> None:
    sources.status = 403
    for hour in range(3):
        with pytest.raises(IngestionFailed):
            at(BEFORE + hour * timedelta(minutes=10), collect_season)
    runs = "SELECT count(*) FROM ingestion_runs"
    before = rows(database, runs)
    with pytest.raises(IngestionFailed):
        at(BEFORE + HOUR, collect_season)
    assert rows(database, runs) == before
    sources.status = 200
    at(BEFORE + 24 * HOUR, collect_season)
    assert rows(database, "SELECT count(*) FROM events") == [(22,)]


def test_a_question_waits_for_its_sources_hour_and_has_not_failed(
    database: str, sources: RaceSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(BEFORE, collect_season)
    first = QUALIFYING + timedelta(minutes=75)
    at(first, collect_due)
    monkeypatch.setattr(rules, "MOST_AN_HOUR", 1)
    asked = len(sources.asked)
    for minutes in (15, 30):
        assert at(first + timedelta(minutes=minutes), collect_due)["due"]["failed"] == 0
    assert len(sources.asked) == asked
    works = "SELECT due_at, attempts, last_error FROM agenda WHERE key LIKE 'session:%:qualifying'"
    assert rows(database, works) == [(first + HOUR, 0, None)]
    assert at(first + HOUR, collect_due)["runs"][0]["status"] == "succeeded"


def test_a_question_for_which_no_time_is_left_is_asked_by_the_next_run(
    database: str, sources: RaceSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(BEFORE, collect_season)
    moment = QUALIFYING + timedelta(minutes=75)
    with monkeypatch.context() as patched:
        patched.setattr(service, "ASKING_SECONDS", 0)
        assert at(moment, collect_due) == {"runs": [], "due": {"done": 0, "put_off": 1, "failed": 0, "given_up": 0}}
    assert [run["status"] for run in at(moment + timedelta(minutes=1), collect_due)["runs"]] == ["succeeded"]
