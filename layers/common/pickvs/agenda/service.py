"""Puts work on the agenda, and does what is due.

Work is put in the transaction that makes it necessary. When that has committed, an alarm is set that wakes the
function. The alarm is a convenience: one that was lost is set again by the function's next run, one that fires in vain
finds nothing due, and the function's daily rule finds what no alarm has told of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, Literal

from pickvs.agenda import queries
from pickvs.agenda.config import alarm_clock as clock_of
from pickvs.agenda.config import function_to_wake
from pickvs.agenda.metrics import WORK_GIVEN_UP
from pickvs.agenda.rules import alarm_name, alarm_time
from pickvs.core import alarm_clock, clock
from pickvs.core.database import Connection, after_commit, transaction
from pickvs.core.errors import PickvsError
from pickvs.core.logging import logger
from pickvs.core.metrics import emit
from pickvs.core.redaction import redact

MOST_ALARMS = 10
"""Alarms that a run sets again. Each of them leads to a run, which sets the following ones."""

_ERROR_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Due:
    """Work that is due. attempt: the number of this attempt, from 1."""

    key: str
    due_at: datetime
    payload: Mapping[str, Any]
    attempt: int


type Do = Callable[[Connection, Due], None]
"""Does the work, in the connection's transaction."""


def put(connection: Connection, function: str, key: str, due_at: datetime, payload: Mapping[str, Any]) -> None:
    """Have `function` do the work `key` at `due_at`, in the caller's transaction. Replaces the work with the same key.

    After the commit, sets an alarm. payload: what the function needs to know, as JSON. The function judges by the
    database and the clock whether the work is still to be done: it may come late, but never early.
    """
    queries.put(connection, function, key, due_at, payload)
    minute = alarm_time(due_at, clock.now())
    after_commit(connection, alarm_name(function, minute), partial(_arm, function, minute))


def wake(connection: Connection, function: str) -> None:
    """Have `function` woken when the caller's transaction has committed. A failure is logged.

    For a function that finds its work in the database. Its daily rule finds what it was not woken for.
    """
    after_commit(connection, f"wake {function}", lambda: alarm_clock.wake(function_to_wake(function)))


def drop(connection: Connection, function: str, key: str) -> None:
    """Take work off the agenda, in the caller's transaction. Does nothing if there is none with this key."""
    queries.drop(connection, function, key)


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
    with transaction() as connection:
        given_up = queries.give_up(connection, function, clock.now())
    for key in given_up:
        logger().error("due work given up", function=function, key=key)
    emit({WORK_GIVEN_UP: len(given_up)}, job=function)
    set_next_alarms(function)
    return {"done": done, "failed": failed, "given_up": len(given_up)}


def set_next_alarms(function: str) -> None:
    """Set the alarms of the function's next work, in case they were lost. A failure is logged."""
    at = clock.now()
    with transaction() as connection:
        minutes = queries.next_minutes(connection, function, MOST_ALARMS)
    try:
        for minute in sorted({alarm_time(each, at) for each in minutes}):
            _arm(function, minute)
    except PickvsError as error:
        logger().error("alarm not set", function=function, error=redact(str(error)))


def _tried(function: str, begun: queries.Begun, do: Do) -> Literal["done", "failed", "gone"]:
    """Do begun work, unless it has gone: it was put anew or dropped in the meantime."""
    due = Due(begun.key, begun.due_at, begun.payload, begun.attempts)
    try:
        with transaction() as connection:
            if not queries.finish(connection, function, begun):
                return "gone"
            do(connection, due)
    except Exception as error:  # other work is due as well
        said = redact(" ".join(f"{type(error).__name__}: {error}".split()))[:_ERROR_LENGTH]
        logger().error("due work failed", function=function, key=begun.key, attempt=begun.attempts, error=said)
        with transaction() as connection:
            queries.note_error(connection, function, begun, said)
        return "failed"
    return "done"


def _arm(function: str, minute: datetime) -> None:
    alarm_clock.set_alarm(clock_of(function), alarm_name(function, minute), minute)
