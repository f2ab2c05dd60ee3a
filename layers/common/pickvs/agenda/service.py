"""Puts work on the agenda, and does what is due.

Work is put in the transaction that makes it necessary. When that has committed, an alarm is set that wakes the
function. The alarm is a convenience: one that was lost is set again by the function's next run, one that fires in vain
finds nothing due, and the function's daily rule finds what no alarm has told of.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, Literal

from pickvs.agenda import queries
from pickvs.agenda.config import alarm_clock as clock_of
from pickvs.agenda.config import function_to_wake
from pickvs.agenda.metrics import WORK_GIVEN_UP
from pickvs.agenda.rules import Work, alarm_name, alarm_time, next_and_spare
from pickvs.core import alarm_clock, clock
from pickvs.core.database import Connection, after_commit, transaction
from pickvs.core.errors import PickvsError
from pickvs.core.logging import logger
from pickvs.core.metrics import emit
from pickvs.core.redaction import redact

MOST_ALARMS = 10
"""Alarms that a run sets again. Each of them leads to a run, which sets the following ones. A run that takes its work
together sets two of them: see rules.next_and_spare."""

_ERROR_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Due:
    """Work that is due. attempt: the number of this attempt, from 1."""

    key: str
    due_at: datetime
    payload: Mapping[str, Any]
    attempt: int


type DoTogether = Callable[[Sequence[Due]], Mapping[str, datetime | None]]
"""Does works outside of any transaction. Returns, for the key of each that went well, None if it is done, or the time
at which it is due again. A key that is left out has failed."""

type Do = Callable[[Connection, Due], None]
"""Does the work, in the connection's transaction."""

type DoAlone = Callable[[Due], datetime | None]
"""Does one work outside of any transaction. Returns None if it is done, or the time at which it is due again."""


def put(connection: Connection, function: str, key: str, due_at: datetime, payload: Mapping[str, Any]) -> None:
    """Have `function` do the work `key` at `due_at`, in the caller's transaction. Replaces the work with the same key.

    After the commit, sets an alarm. payload: what the function needs to know, as JSON. The function judges by the
    database and the clock whether the work is still to be done: it may come late, but never early.
    """
    queries.put_all(connection, [Work(function, key, due_at, payload)])
    minute = alarm_time(due_at, clock.now())
    after_commit(connection, alarm_name(function, minute), partial(_arm, function, minute))


def put_all(connection: Connection, works: Sequence[Work]) -> None:
    """Put many works on the agenda with one statement, each as `put` does.

    After the commit, sets for each function the alarm of the earliest work that is new or has moved. The run that it
    begins sets the following ones.
    """
    if not works:
        return
    earliest: dict[str, datetime] = {}
    for function, due_at in queries.put_all(connection, works):
        earliest[function] = min(due_at, earliest.get(function, due_at))
    at = clock.now()
    for function, due_at in sorted(earliest.items()):
        minute = alarm_time(due_at, at)
        after_commit(connection, alarm_name(function, minute), partial(_arm, function, minute))


def waiting(
    connection: Connection, functions: Collection[str], keys: Collection[str] | None = None
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the payloads of the works of some functions by function and key: of all, or of those with some keys."""
    return {(row.function, row.key): row.payload for row in queries.read(connection, functions, keys)}


def wake(connection: Connection, function: str) -> None:
    """Have `function` woken when the caller's transaction has committed. A failure is logged.

    For a function that finds its work in the database. Its daily rule finds what it was not woken for.
    """
    after_commit(connection, f"wake {function}", lambda: alarm_clock.wake(function_to_wake(function)))


def drop(connection: Connection, function: str, key: str) -> None:
    """Take work off the agenda, in the caller's transaction. Does nothing if there is none with this key."""
    queries.drop_all(connection, [(function, key)])


def drop_all(connection: Connection, works: Collection[tuple[str, str]]) -> None:
    """Take works off the agenda by function and key, in the caller's transaction, each as `drop` does."""
    queries.drop_all(connection, works)


def delay(connection: Connection, function: str, keys: Collection[str], until: datetime) -> None:
    """Have works done at `until` that would be done earlier, in the caller's transaction. Leaves alone what was begun.

    Sets no alarm: for a run of the function, which sets those of what is next.
    """
    queries.delay(connection, function, keys, until)


def take_due(function: str, do: Do, *, seconds: float) -> dict[str, int]:
    """Do all work of `function` that is due, each in a transaction of its own, and set the alarms of what is next.

    `do` runs in the transaction that takes the work off the agenda: both happen, or neither. If it raises, or the
    process ends, the work is tried again, rules.MOST_ATTEMPTS times in all; then it is given up, which is logged and
    measured. Several runs at once share the work. seconds: begins no more work after this time.

    Returns the numbers of works done, failed and given up.
    """
    by = monotonic() + seconds
    done = failed = 0
    while monotonic() < by:
        with transaction() as connection:
            begun = queries.begin(connection, function, clock.now())
        if begun is None:
            break
        match _tried(function, begun, do):
            case "done":
                done += 1
            case "failed":
                failed += 1
    return {"done": done, "failed": failed, "given_up": _give_up(function)}


def take_due_together(function: str, do: DoTogether) -> dict[str, int]:
    """Do all work of `function` that is due by one call, and set the alarms of what is next.

    For work that asks other systems, and writes with transactions of its own. The attempts are counted and committed
    before `do` begins, and no transaction is open while it runs: if the process ends after the effect and before the
    work is taken off the agenda, it is done again. So `do` judges by the database and the clock what is still to be
    done. Work that is put anew or dropped while `do` runs stays as it was put. What fails is tried again and given up
    as in `take_due`; work that is due again, as `do` says, begins with no attempts.

    Returns the numbers of works done, put off, failed and given up.
    """
    with transaction() as connection:
        begun = queries.begin_all(connection, function, clock.now())
    outcome: Mapping[str, datetime | None] = {}
    said = "it was not done"
    if begun:
        try:
            outcome = do([Due(each.key, each.due_at, each.payload, each.attempts) for each in begun])
        except Exception as error:  # the attempts are counted, and other work is due later
            said = _said(error)
    again = [(each, at) for each in begun if (at := outcome.get(each.key)) is not None]
    done = [each for each in begun if each.key in outcome and outcome[each.key] is None]
    failed = [each for each in begun if each.key not in outcome]
    for each in failed:
        logger().error("due work failed", function=function, key=each.key, attempt=each.attempts, error=said)
    at = clock.now()
    with transaction() as connection:
        if begun:
            queries.hold(connection, function, [each.key for each in begun])
        finished = queries.finish_all(connection, function, done)
        put_off = queries.put_off_all(connection, function, again)
        queries.note_errors(connection, function, failed, said)
        given_up = queries.give_up(connection, function, at)
        minutes = queries.next_minutes(connection, function, MOST_ALARMS)
    _tell_given_up(function, given_up)
    _arm_all(function, next_and_spare(minutes), at)
    return {"done": finished, "put_off": put_off, "failed": len(failed), "given_up": len(given_up)}


def take_due_alone(function: str, do: DoAlone, *, seconds: float) -> dict[str, int]:
    """Do all work of `function` that is due, one after the other, and set the alarms of what is next.

    For work with transactions of its own, of which several runs at once each do their share. As in `take_due_together`,
    an attempt is counted and committed before `do` begins, and no transaction is open while it runs; `do` judges by the
    database and the clock what is still to be done. seconds: begins no more work after this time.

    Returns the numbers of works done, put off, failed and given up.
    """
    by = monotonic() + seconds
    counts = {"done": 0, "put_off": 0, "failed": 0}
    while monotonic() < by:
        with transaction() as connection:
            begun = queries.begin(connection, function, clock.now())
        if begun is None:
            break
        counts[_done_alone(function, begun, do)] += 1
    return counts | {"given_up": _give_up(function)}


def _give_up(function: str) -> int:
    """Give up work whose last attempt has had its time, set the alarms of what is next, and return the number."""
    at = clock.now()
    with transaction() as connection:
        given_up = queries.give_up(connection, function, at)
        minutes = queries.next_minutes(connection, function, MOST_ALARMS)
    _tell_given_up(function, given_up)
    _arm_all(function, minutes, at)
    return len(given_up)


def _tell_given_up(function: str, keys: Sequence[str]) -> None:
    for key in keys:
        logger().error("due work given up", function=function, key=key)
    if keys:
        emit({WORK_GIVEN_UP: len(keys)}, job=function)


def _arm_all(function: str, minutes: Sequence[datetime], at: datetime) -> None:
    """Set alarms for work that may be tried next at these times. A failure is logged."""
    try:
        for minute in sorted({alarm_time(each, at) for each in minutes}):
            _arm(function, minute)
    except PickvsError as error:
        logger().error("alarm not set", function=function, error=redact(str(error)))


def _said(error: Exception) -> str:
    return redact(" ".join(f"{type(error).__name__}: {error}".split()))[:_ERROR_LENGTH]


def _tried(function: str, begun: queries.Begun, do: Do) -> Literal["done", "failed", "gone"]:
    """Do begun work, unless it has gone: it was put anew or dropped in the meantime."""
    due = Due(begun.key, begun.due_at, begun.payload, begun.attempts)
    try:
        with transaction() as connection:
            if not queries.finish(connection, function, begun):
                return "gone"
            do(connection, due)
    except Exception as error:  # other work is due as well
        said = _said(error)
        logger().error("due work failed", function=function, key=begun.key, attempt=begun.attempts, error=said)
        with transaction() as connection:
            queries.note_errors(connection, function, [begun], said)
        return "failed"
    return "done"


def _done_alone(function: str, begun: queries.Begun, do: DoAlone) -> Literal["done", "put_off", "failed"]:
    """Do begun work, and take it off the agenda or put it off."""
    try:
        again = do(Due(begun.key, begun.due_at, begun.payload, begun.attempts))
    except Exception as error:  # other work is due as well
        said = _said(error)
        logger().error("due work failed", function=function, key=begun.key, attempt=begun.attempts, error=said)
        with transaction() as connection:
            queries.note_errors(connection, function, [begun], said)
        return "failed"
    with transaction() as connection:
        if again is None:
            queries.finish(connection, function, begun)
            return "done"
        queries.put_off_all(connection, function, [(begun, again)])
        return "put_off"


def _arm(function: str, minute: datetime) -> None:
    alarm_clock.set_alarm(clock_of(function), alarm_name(function, minute), minute)
