"""Work that is taken together: attempts are counted first, nothing is open meanwhile, and only what stands ends."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import psycopg
import pytest

from pickvs.agenda import service as agenda
from pickvs.agenda.rules import MOST_ATTEMPTS, WAITS, Work
from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.core import database as core_database
from pickvs.core.database import transaction
from tests.integration.agenda.conftest import FUNCTION, Agenda
from tests.support.rivals import all_at_once

NOON = datetime(2026, 1, 9, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def put_all(work: Agenda, *due: tuple[str, datetime], at: datetime = NOON, **payload: int) -> None:
    with work.at(at) as connection:
        agenda.put_all(connection, [Work(FUNCTION, key, due_at, payload) for key, due_at in due])


def run(at: datetime, do: agenda.DoTogether) -> dict[str, int]:
    with clock.held_at(at):
        return agenda.take_due_together(FUNCTION, do)


def counts(**named: int) -> dict[str, int]:
    return {"done": 0, "put_off": 0, "failed": 0, "given_up": 0} | named


def test_one_call_gets_all_that_is_due_and_says_of_each_what_became_of_it(work: Agenda) -> None:
    put_all(work, ("done", NOON), ("again", NOON - MINUTE), ("failed", NOON), ("later", NOON + SECOND))
    work.alarms.set.clear()

    def do(due: Sequence[Due]) -> Mapping[str, datetime | None]:
        assert {each.key for each in due} == {"done", "again", "failed"}
        with transaction() as connection:  # none is open
            assert agenda.waiting(connection, [FUNCTION], ["failed"]) == {(FUNCTION, "failed"): {}}
        return {"done": None, "again": NOON + 10 * MINUTE}

    assert run(NOON, do) == counts(done=1, put_off=1, failed=1)
    assert {row["key"]: (row["next_at"], row["attempts"]) for row in work.rows} == {
        "again": (NOON + 10 * MINUTE, 0),
        "failed": (NOON + WAITS[0], 1),
        "later": (NOON + SECOND, 0),
    }
    # The next one, and a spare one: those in between would be in vain if the next run does their work as well.
    assert sorted(work.alarms.set.values()) == [NOON + MINUTE, NOON + 10 * MINUTE]


def test_what_is_put_anew_or_dropped_meanwhile_stays_as_it_was_put(work: Agenda) -> None:
    put_all(work, ("moved", NOON), ("put off", NOON), ("dropped", NOON), ("same", NOON))

    def do(due: Sequence[Due]) -> Mapping[str, datetime | None]:
        put_all(work, ("moved", NOON + MINUTE), ("put off", NOON + MINUTE), ("same", NOON))
        with work.at(NOON) as connection:
            agenda.drop_all(connection, [(FUNCTION, "dropped"), (FUNCTION, "unknown")])
        return {"moved": None, "put off": NOON + 10 * MINUTE, "dropped": NOON + MINUTE, "same": None}

    assert run(NOON, do) == counts(done=1)
    assert {row["key"]: row["next_at"] for row in work.rows} == dict.fromkeys(("moved", "put off"), NOON + MINUTE)


def test_a_process_that_dies_or_raises_has_its_attempt_counted_and_the_work_is_given_up_in_the_end(
    work: Agenda,
) -> None:
    class Killed(BaseException):
        pass

    def die(due: Sequence[Due]) -> Mapping[str, datetime | None]:
        raise Killed

    def refuse(due: Sequence[Due]) -> Mapping[str, datetime | None]:
        raise RuntimeError("password=hunter2")

    put_all(work, ("key", NOON))
    at = NOON
    with pytest.raises(Killed):
        run(at, die)
    core_database.close()
    for wait in WAITS[:-1]:
        assert run(at + wait - SECOND, refuse) == counts()
        at += wait
        assert run(at, refuse) == counts(failed=1)
    assert run(at + WAITS[-1], refuse) == counts(given_up=1)
    [row] = work.rows
    assert row["attempts"] == MOST_ATTEMPTS
    assert "RuntimeError" in row["last_error"]
    assert "hunter2" not in row["last_error"]


def test_many_works_are_put_at_once_and_the_earliest_new_one_sets_an_alarm(work: Agenda) -> None:
    many = [(str(number), NOON + (number + 2) * MINUTE) for number in range(50)]
    put_all(work, *many)
    assert work.alarms.set == {"housekeeping-20260109T1202": NOON + 2 * MINUTE}
    put_all(work, *many)
    assert work.alarms.asked == 1
    put_all(work, *many[:40], *[(key, due_at + SECOND) for key, due_at in many[40:]])
    assert work.alarms.asked == 2
    assert max(work.alarms.set.values()) == NOON + 43 * MINUTE
    assert len(work.rows) == 50


def test_runs_at_once_take_each_work_once(work: Agenda, database: str) -> None:
    put_all(work, *((str(number), NOON) for number in range(100)))
    runs = [partial(agenda.take_due_together, FUNCTION, _done)] * 3
    assert all_at_once(database, runs, at=NOON, processes=3) == ["made"] * 3
    assert work.rows == []


def _done(due: Sequence[Due]) -> Mapping[str, datetime | None]:
    return dict.fromkeys(each.key for each in due)


def test_the_end_of_a_run_locks_works_in_the_order_of_all_others(work: Agenda, database: str) -> None:
    """One that has the first of two works, and wants the second, gets it before the run ends both."""
    put_all(work, ("a", NOON), ("b", NOON))
    with psycopg.connect(database) as other, ThreadPoolExecutor() as threads:
        waits: list[Future[None]] = []

        def want_the_second() -> None:
            time.sleep(0.2)  # the run ends by now
            other.execute("SELECT FROM agenda WHERE key = 'b' FOR UPDATE")
            other.commit()

        def do(due: Sequence[Due]) -> Mapping[str, datetime | None]:
            other.execute("SELECT FROM agenda WHERE key = 'a' FOR UPDATE")
            waits.append(threads.submit(want_the_second))
            return {"a": NOON + 10 * MINUTE, "b": None}

        assert run(NOON, do) == counts(done=1, put_off=1)
        waits[0].result(timeout=5)


def test_work_taken_alone_is_done_one_after_the_other_outside_of_any_transaction(work: Agenda) -> None:
    put_all(work, ("again", NOON - MINUTE), ("done", NOON), ("failed", NOON), ("later", NOON + SECOND))
    order = []

    def do(due: Due) -> datetime | None:
        order.append(due.key)
        with transaction() as connection:  # none is open, and the attempt is counted
            assert agenda.waiting(connection, [FUNCTION], [due.key]) == {(FUNCTION, due.key): {}}
        if due.key == "failed":
            raise ValueError("no good")
        return NOON + 10 * MINUTE if due.key == "again" else None

    with clock.held_at(NOON):
        assert agenda.take_due_alone(FUNCTION, do, seconds=60) == counts(done=1, put_off=1, failed=1)
        assert agenda.take_due_alone(FUNCTION, do, seconds=0) == counts()
    assert order == ["again", "done", "failed"]
    assert {row["key"]: (row["next_at"], row["attempts"], row["last_error"]) for row in work.rows} == {
        "again": (NOON + 10 * MINUTE, 0, None),
        "failed": (NOON + WAITS[0], 1, "ValueError: no good"),
        "later": (NOON + SECOND, 0, None),
    }
