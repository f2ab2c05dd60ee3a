"""Due work is done once, in the transaction that takes it off the agenda, and tried again with patience."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from pickvs.agenda import service as agenda
from pickvs.agenda.rules import MOST_ATTEMPTS, WAITS
from pickvs.agenda.service import Due
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import AlarmNotSet, DatabaseUnavailable
from tests.integration.agenda.conftest import FUNCTION, Agenda, note
from tests.support.logs import logged

NOON = datetime(2026, 1, 9, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def refuse(connection: Connection, due: Due) -> None:
    """Fail after the work has had its effect."""
    note(connection, due)
    raise RuntimeError("password=hunter2 of postgresql://pickvs:hunter2@host/db")


def test_nothing_is_done_early_and_everything_that_is_due_is_done_in_one_run(work: Agenda) -> None:
    for key, seconds in (("later", 61), ("now", 60), ("past", -60)):
        work.put(key, NOON + seconds * SECOND, at=NOON - MINUTE)
    assert work.run(NOON + MINUTE) == {"done": 2, "failed": 0, "given_up": 0}
    assert [each["key"] for each in work.effects] == ["now", "past"]
    assert [each["key"] for each in work.rows] == ["later"]
    assert work.run(NOON + MINUTE)["done"] == 0


def test_work_fails_as_a_whole_is_tried_again_with_patience_and_given_up_in_the_end(work: Agenda) -> None:
    work.put("fails", NOON, at=NOON)
    work.put("goes well", NOON, at=NOON)
    at = NOON
    assert work.run(at, lambda connection, due: (refuse if due.key == "fails" else note)(connection, due)) == {
        "done": 1,
        "failed": 1,
        "given_up": 0,
    }
    for wait in WAITS[:-1]:
        assert work.run(at + wait - SECOND, refuse) == {"done": 0, "failed": 0, "given_up": 0}
        at += wait
        assert work.run(at, refuse) == {"done": 0, "failed": 1, "given_up": 0}
    at += WAITS[-1]
    with logged() as lines:
        assert work.run(at) == {"done": 0, "failed": 0, "given_up": 1}
    assert [each["message"] for each in lines()] == ["due work given up"]
    [row] = work.rows
    assert (row["key"], row["attempts"], row["given_up_at"]) == ("fails", MOST_ATTEMPTS, at)
    assert "RuntimeError" in row["last_error"]
    assert "hunter2" not in row["last_error"]
    assert [each["key"] for each in work.effects] == ["goes well"]
    assert work.run(at + 365 * 24 * 60 * MINUTE) == {"done": 0, "failed": 0, "given_up": 0}
    work.put("fails", NOON, at=at)
    assert work.run(at)["done"] == 1


def test_what_is_put_again_unchanged_keeps_its_attempts_and_what_is_moved_begins_anew(work: Agenda) -> None:
    work.put("key", NOON, at=NOON, number=1)
    work.run(NOON, refuse)
    work.put("key", NOON, at=NOON, number=1)
    assert [(each["attempts"], each["next_at"]) for each in work.rows] == [(1, NOON + WAITS[0])]
    work.put("key", NOON, at=NOON, number=2)
    assert [(each["attempts"], each["next_at"]) for each in work.rows] == [(0, NOON)]
    seen = []
    work.run(NOON, lambda _, due: seen.append((due.payload, due.attempt)))
    assert seen == [({"number": 2}, 1)]


def test_work_that_is_moved_or_dropped_between_the_attempt_and_the_work_is_not_done(
    work: Agenda, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = agenda.queries.finish

    def meanwhile(connection: Connection, function: str, begun: agenda.queries.Begun) -> bool:
        if begun.key == "moved":
            work.owner.execute(
                "UPDATE agenda SET due_at = %s, next_at = %s, attempts = 0 WHERE key = 'moved'", [later] * 2
            )
        else:
            work.owner.execute("DELETE FROM agenda WHERE key = 'dropped'")
        return finish(connection, function, begun)

    later = NOON + MINUTE
    work.put("moved", NOON, at=NOON)
    work.put("dropped", NOON, at=NOON)
    with monkeypatch.context() as patch:
        patch.setattr(agenda.queries, "finish", meanwhile)
        assert work.run(NOON) == {"done": 0, "failed": 0, "given_up": 0}
    assert work.effects == []
    assert [each["key"] for each in work.rows] == ["moved"]
    assert work.run(later)["done"] == 1


def test_work_may_put_itself_again_and_the_run_goes_on_with_it(work: Agenda) -> None:
    def count_down(connection: Connection, due: Due) -> None:
        note(connection, due)
        if due.payload["left"]:
            agenda.put(connection, FUNCTION, due.key, due.due_at, {"left": due.payload["left"] - 1})

    work.put("counts", NOON, at=NOON, left=3)
    assert work.run(NOON, count_down)["done"] == 4
    assert len(work.effects) == 4
    assert work.rows == []


def test_work_under_way_is_left_to_the_one_that_does_it_and_dropping_waits_for_it(work: Agenda, database: str) -> None:
    work.put("held", NOON, at=NOON)
    work.put("free", NOON, at=NOON)
    with psycopg.connect(database) as other:
        other.execute("SELECT FROM agenda WHERE key = 'held' FOR UPDATE")
        assert work.run(NOON)["done"] == 1
        with pytest.raises(DatabaseUnavailable), transaction(lock_timeout_ms=50) as connection:
            agenda.drop(connection, FUNCTION, "held")
    with transaction() as connection:
        agenda.drop(connection, FUNCTION, "held")
    assert work.rows == []


def test_a_run_begins_no_work_after_its_time_and_sets_the_alarm_of_the_rest(work: Agenda) -> None:
    work.put("key", NOON, at=NOON)
    work.alarms.set.clear()
    assert work.run(NOON + MINUTE, seconds=0)["done"] == 0
    assert work.alarms.set == {"housekeeping-20260109T1202": NOON + 2 * MINUTE}


def test_alarms_are_set_after_the_commit_once_a_minute_and_never_of_what_was_rolled_back(work: Agenda) -> None:
    with work.at(NOON) as connection:
        for seconds in (30, 59, 60, 61, -500):
            agenda.put(connection, FUNCTION, str(seconds), NOON + seconds * SECOND, {})
        assert work.alarms.set == {}
    assert sorted(work.alarms.set.values()) == [NOON + MINUTE, NOON + 2 * MINUTE]
    assert work.alarms.asked == 2

    def roll_back() -> None:
        with work.at(NOON) as connection:
            agenda.put(connection, FUNCTION, "never", NOON + 10 * MINUTE, {})
            agenda.wake(connection, FUNCTION)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        roll_back()
    assert work.alarms.asked == 2
    assert work.alarms.woken == []
    with work.at(NOON) as connection:
        agenda.wake(connection, FUNCTION)
        agenda.wake(connection, FUNCTION)
    assert work.alarms.woken == ["arn:housekeeping"]


def test_an_alarm_that_cannot_be_set_is_logged_and_set_by_the_next_run(work: Agenda) -> None:
    work.alarms.fails = AlarmNotSet("the function was not woken: ThrottlingException")
    with logged() as lines:
        work.put("key", NOON + MINUTE, at=NOON)
        assert work.run(NOON)["done"] == 0
    assert [each["message"] for each in lines()] == ["not done after the commit", "alarm not set"]
    work.alarms.fails = None
    work.run(NOON)
    assert work.alarms.set == {"housekeeping-20260109T1201": NOON + MINUTE}
