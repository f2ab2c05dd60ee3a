"""When due work is tried again, and for which minute an alarm is set. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

WAITS = (
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""Time from the begin of an attempt to the next one, if it does not end well. The last wait ends in giving up.

The first is longer than a woken function may take for one row, so that an attempt which still runs is not begun twice.
"""

MOST_ATTEMPTS = len(WAITS)

OVERDUE_AFTER = timedelta(hours=1)
"""Time after which due work that is not done needs a person: three attempts have failed, or nobody has taken it."""

_MINUTE = timedelta(minutes=1)
_LEAST_AHEAD = timedelta(seconds=5)
"""An alarm for a time that has passed when AWS reads it would be refused."""


@dataclass(frozen=True, slots=True)
class Work:
    """Work to put on the agenda: see service.put."""

    function: str
    key: str
    due_at: datetime
    payload: Mapping[str, Any]


SPARE_AFTER = timedelta(hours=2)
"""Time after the next alarm of work that is taken together from which on another one is set: see next_and_spare."""


def next_and_spare(minutes: Sequence[datetime]) -> list[datetime]:
    """Return the minutes for which a run sets alarms, of those at which work may be tried next, in order.

    The next one leads to a run, which sets the following one. Others would wake the function in vain if that run does
    their work as well, or puts it off, because an alarm that is set stays. The spare one is for the case that the next
    run fails for good: the first that is SPARE_AFTER later, or the last. It may be the same.
    """
    if not minutes:
        return []
    return [minutes[0], next((each for each in minutes if each - minutes[0] >= SPARE_AFTER), minutes[-1])]


def alarm_time(due_at: datetime, at: datetime) -> datetime:
    """Return the full minute for which to set an alarm: the first that is not before `due_at` and still ahead at `at`.

    Work that is due in one minute so shares one alarm.
    """
    earliest = max(due_at, at + _LEAST_AHEAD).astimezone(UTC)
    minute = earliest.replace(second=0, microsecond=0)
    return minute if minute == earliest else minute + _MINUTE


def alarm_name(function: str, minute: datetime) -> str:
    """Return the name of the alarm that wakes `function` at a full minute: the same for all that ask for it."""
    return f"{function}-{minute.astimezone(UTC):%Y%m%dT%H%M}"
