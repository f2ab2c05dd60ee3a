"""Repeated deliveries, repeated runs and interrupted runs leave the database in the same state."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from pickvs.core.database import Connection
from pickvs.jobs import queries, runs
from pickvs.jobs.runs import IngestionFailed, trigger_id
from pickvs.markets.odds import service
from tests.support.functions import load
from tests.support.ingestion import Surroundings, scheduled
from tests.support.odds_api import Reply, event, h2h, spreads, totals

NOON = datetime(2024, 1, 10, 12, tzinfo=UTC)
BOOKS = {name: [h2h(-140, 120), spreads(-2.5), totals(220.5)] for name in ("draftkings", "fanduel")}
GAMES = [
    event(1, "Denver Nuggets", "Los Angeles Lakers", books=BOOKS),
    event(2, "Utah Jazz", "Miami Heat", books=BOOKS),
]


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.held_at(NOON):
        yield


def fetch(event: dict[str, Any]) -> dict[str, Any]:
    """Invoke the function and return its report on the only sport."""
    [run] = load("fetch_odds/handler").handler(event, None)["runs"]
    return dict(run)


def statuses(around: Surroundings) -> list[tuple[Any, ...]]:
    return [(row["status"], row["attempt"], row["error_code"]) for row in around.runs()]


def test_a_scheduled_event_is_known_by_its_id_and_others_by_nothing() -> None:
    assert trigger_id(scheduled("abc")) == "abc"
    for other in ({}, {"id": "abc"}, {"id": "abc", "detail-type": "Something"}, {"detail-type": "Scheduled Event"}, []):
        assert trigger_id(other) is None


def test_the_same_event_twice_is_one_run(around: Surroundings) -> None:
    around.server.answer("odds", Reply(GAMES))
    first = fetch(scheduled())
    facts, before = around.facts(), around.runs()
    with clock.held_at(NOON + timedelta(hours=1)):
        second = fetch(scheduled())
    assert (first["status"], second["status"], second["run_id"]) == ("succeeded", "duplicate", first["run_id"])
    assert len(around.server.asked) == 1
    assert (around.facts(), around.runs()) == (facts, before)


def test_without_an_event_every_invocation_is_a_run(around: Surroundings) -> None:
    around.server.answer("odds", Reply(GAMES), Reply(GAMES))
    fetch({})
    facts = around.facts()
    again = fetch({})
    assert again["counts"]["odds_written"] == 0
    assert around.facts() == facts
    assert statuses(around) == [("succeeded", 1, None)] * 2


def test_a_failed_event_that_comes_again_is_its_next_attempt(around: Surroundings) -> None:
    around.server.answer("odds", Reply(b"<html>", headers={}), Reply(GAMES))
    with pytest.raises(IngestionFailed):
        fetch(scheduled())
    assert statuses(around) == [("failed", 1, "BAD_ANSWER")]
    with clock.held_at(NOON + timedelta(minutes=1)):
        assert fetch(scheduled())["attempt"] == 2
    (row,) = around.runs()
    assert (row["status"], row["attempt"], row["error_code"], row["error"]) == ("succeeded", 2, None, None)
    assert row["started_at"] == NOON + timedelta(minutes=1)
    assert len(around.facts()["games"]) == 2


@pytest.mark.parametrize("meanwhile", [scheduled("other"), scheduled("this"), {}])
def test_a_run_that_is_under_way_is_not_joined(around: Surroundings, meanwhile: dict[str, Any]) -> None:
    """The second invocation arrives while the provider is answering the first."""
    seen: list[object] = []

    def invoke_again() -> None:
        with clock.held_at(NOON + timedelta(seconds=5)):
            try:
                seen.append(fetch(meanwhile)["status"])
            except IngestionFailed as error:
                seen.append(str(error))

    around.server.answer("odds", Reply(GAMES, meanwhile=invoke_again))
    assert fetch(scheduled("this"))["status"] == "succeeded"
    # For an event, raise, so that it is redelivered if the current run is dead. A manual caller sees it in the report.
    assert seen == ["fetch_odds did not finish for basketball_nba: overlapping" if meanwhile else "overlapping"]
    assert len(around.server.asked) == 1
    assert statuses(around) == [("succeeded", 1, None)]


class Killed(BaseException):
    """The function's process dies. No further code runs."""


def killed_in_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill the next run without a trace, after it has written all odds and before it commits."""
    real = service.store_odds

    def store_and_die(*arguments: Any, **named: Any) -> service.OddsStored:
        assert real(*arguments, **named).counts["games_new"] == 2
        raise Killed

    monkeypatch.setattr(service, "store_odds", store_and_die)
    with pytest.raises(Killed):
        fetch(scheduled("this"))
    monkeypatch.setattr(service, "store_odds", real)


def test_a_function_that_dies_leaves_nothing_half_done_and_its_run_is_taken_over(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    around.server.answer("odds", Reply(GAMES), Reply(GAMES))
    killed_in_store(monkeypatch)
    assert not any(around.facts().values())
    assert statuses(around) == [("running", 1, None)]

    with clock.held_at(NOON + runs.DEAD_AFTER - timedelta(seconds=1)), pytest.raises(IngestionFailed):
        fetch(scheduled("this"))
    assert statuses(around) == [("running", 1, None)]

    with clock.held_at(NOON + runs.DEAD_AFTER):
        assert fetch(scheduled("this"))["status"] == "succeeded"
    assert statuses(around) == [("succeeded", 2, None)]
    assert len(around.facts()["quotes"]) == 12


def test_the_run_of_a_dead_function_does_not_stay_under_way(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    around.server.answer("odds", Reply(GAMES), Reply(GAMES))
    killed_in_store(monkeypatch)
    with clock.held_at(NOON + runs.DEAD_AFTER):
        assert fetch(scheduled("next day's"))["status"] == "succeeded"
    assert statuses(around) == [("failed", 1, "ABANDONED"), ("succeeded", 1, None)]


def test_who_was_taken_for_dead_writes_nothing_any_more(around: Surroundings) -> None:
    """The first invocation waits so long for the provider that a second delivery takes over its run and finishes it."""
    newer = [GAMES[0] | {"commence_time": "2024-01-11T01:40:00Z"}]

    def take_over() -> None:
        with clock.held_at(NOON + runs.DEAD_AFTER):
            assert fetch(scheduled("this"))["status"] == "succeeded"

    around.server.answer("odds", Reply(GAMES, meanwhile=take_over), Reply(newer))
    late = fetch(scheduled("this"))
    assert (late["status"], late["counts"]) == ("overlapping", {})
    facts = around.facts()
    assert [game["commence_time"] for game in facts["games"]] == [datetime(2024, 1, 11, 1, 40, tzinfo=UTC)]
    assert statuses(around) == [("succeeded", 2, None)]
    assert around.runs()[0]["counts"]["games"] == 1


@pytest.mark.parametrize("answer", [GAMES, b"<html>"])
def test_who_was_taken_for_dead_leaves_the_row_to_the_attempt_under_way(around: Surroundings, answer: Any) -> None:
    def take_over() -> None:
        with psycopg.connect(around.url) as other:
            other.execute("UPDATE ingestion_runs SET attempt = 2")

    around.server.answer("odds", Reply(answer, meanwhile=take_over))
    assert fetch(scheduled("this"))["status"] == "overlapping"
    assert not any(around.facts().values())
    assert statuses(around) == [("running", 2, None)]


def test_who_fails_after_being_taken_over_does_not_spoil_the_row(around: Surroundings) -> None:
    def take_over() -> None:
        with clock.held_at(NOON + runs.DEAD_AFTER):
            assert fetch(scheduled("this"))["status"] == "succeeded"

    around.server.answer("odds", Reply(b"<html>", meanwhile=take_over), Reply(GAMES))
    assert fetch(scheduled("this"))["status"] == "overlapping"
    assert statuses(around) == [("succeeded", 2, None)]


def failing_store(error: Exception) -> Callable[..., dict[str, int]]:
    real = service.store_odds

    def store(*arguments: Any, **named: Any) -> dict[str, int]:
        real(*arguments, **named)
        raise error

    return store


def test_an_error_while_storing_undoes_it_all_and_is_told(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    around.server.answer("odds", Reply(GAMES), Reply(GAMES))
    secret = "two\nlines\0, password=hunter2 and postgresql://user:hunter2@host/db"
    with monkeypatch.context() as patch:
        patch.setattr(service, "store_odds", failing_store(RuntimeError(secret)))
        with pytest.raises(IngestionFailed, match="UNEXPECTED") as caught:
            fetch(scheduled())
    (row,) = around.runs()
    assert (row["status"], row["error_code"], row["counts"]) == ("failed", "UNEXPECTED", {})
    assert row["error"] == "RuntimeError: two lines , password=*** and postgresql://user:***@host/db"
    assert "hunter2" not in caplog.text + str([vars(record) for record in caplog.records]) + str(caught.value)
    assert any("test_ingestion_deliveries" in str(vars(record)) for record in caplog.records), (
        "the log says where it happened"
    )
    assert not any(around.facts().values())
    assert list(around.kept()) == [row["raw_object"]]

    assert fetch(scheduled())["status"] == "succeeded"
    assert len(around.facts()["quotes"]) == 12


def test_a_database_that_is_lost_while_storing_is_asked_again(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    around.server.answer("odds", Reply(GAMES), Reply(GAMES))
    real = service.store_odds

    def store(connection: Connection, *arguments: Any, **named: Any) -> dict[str, int]:
        counts = real(connection, *arguments, **named)
        with psycopg.connect(around.url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        return counts

    with monkeypatch.context() as patch:
        patch.setattr(service, "store_odds", store)
        with pytest.raises(IngestionFailed, match="DATABASE_UNAVAILABLE"):
            fetch(scheduled())
    assert statuses(around) == [("failed", 1, "DATABASE_UNAVAILABLE")]
    assert not any(around.facts().values())
    assert fetch(scheduled())["attempt"] == 2
    assert len(around.facts()["games"]) == 2


def test_odds_and_the_end_of_their_run_are_one_step(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    around.server.answer("odds", Reply(GAMES))

    def die(*_: Any, **__: Any) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(queries, "finish", die)
        with pytest.raises(Killed):
            fetch(scheduled())
    assert not any(around.facts().values())
    assert statuses(around) == [("running", 1, None)]


def test_nobody_else_ingests_the_sport_while_a_run_stores(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    around.server.answer("odds", Reply(GAMES))
    real, locked = service.store_odds, []

    def store(*arguments: Any, **named: Any) -> dict[str, int]:
        with psycopg.connect(around.url, options="-c lock_timeout=100") as other:
            with pytest.raises(psycopg.errors.LockNotAvailable):
                queries.lock(other, "basketball_nba")
            other.rollback()
            queries.lock(other, "icehockey_nhl")  # another sport's run is not blocked
            locked.append(True)
        return real(*arguments, **named)

    monkeypatch.setattr(service, "store_odds", store)
    assert fetch(scheduled())["status"] == "succeeded"
    assert locked == [True]


def test_a_database_that_is_away_spends_no_credits(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = "postgresql://pickvs:hunter2@127.0.0.1:1/nothing"
    monkeypatch.setattr("pickvs.core.database.get_secret", lambda _: {"url": nowhere})
    monkeypatch.setattr("pickvs.core.database._open", None)
    with pytest.raises(IngestionFailed, match="DATABASE_UNAVAILABLE") as caught:
        fetch(scheduled())
    assert "hunter2" not in str(caught.value)
    assert around.server.asked == []
