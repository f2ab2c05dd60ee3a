"""The pick clock, which does not run in quiet hours. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pickvs.fantasy.drafts.wall_time import first_shown
from pickvs.fantasy.leagues.rules import CLOCK_SECONDS, QuietHours

GRACE = timedelta(seconds=3)
"""Time after the end of a turn's clock in which a pick still counts. The lock has none."""

RESERVE_SECONDS = 1800
"""Running time of a window that clocks leave over: alarms may be a minute late for every turn."""

REMINDED_FROM_SECONDS = 480
"""The shortest clock with a reminder. A quarter of a shorter one is no longer than an alarm may be late."""

_DAY = timedelta(days=1)
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours in which clocks run: all of a day in `zone` but the quiet ones."""

    zone: ZoneInfo
    quiet: QuietHours | None


def quiet_spans(begin: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Yield without end the quiet spans, each as begin and end, that end after `begin`, in order.

    A span lasts from the first moment at which the wall clock shows its begin to the first at which it shows its end:
    what comes twice when clocks go back is quiet once, and what does not exist is no span.
    """
    quiet = hours.quiet
    if quiet is None:
        return
    days = 1 if quiet.end <= quiet.begin else 0
    day = begin.astimezone(hours.zone).date() - _DAY
    while True:
        first = first_shown(day, quiet.begin, hours.zone)
        last = first_shown(day + days * _DAY, quiet.end, hours.zone)
        if first < last and last > begin:
            yield first, last
        day += _DAY


def running(begin: datetime, end: datetime, hours: Hours) -> timedelta:
    """Return the time between two moments outside of quiet hours. Zero if the end is not later."""
    if end <= begin:
        return _NOTHING
    total = end - begin
    for first, last in quiet_spans(begin, hours):
        if first >= end:
            break
        total -= min(last, end) - max(first, begin)
    return total


def after_running(begin: datetime, amount: timedelta, hours: Hours) -> datetime:
    """Return the first moment until which a clock that starts at `begin` has run for `amount`."""
    at, left = begin, amount
    for first, last in quiet_spans(begin, hours):
        if first - at >= left:
            break
        left -= max(first - at, _NOTHING)
        at = last
    return at + left


def fitted(seconds: int | None, begin: datetime, lock_at: datetime, slots: int, hours: Hours) -> int | None:
    """Return a clock cut so that this many turns fit between `begin` and the lock, in seconds. None: no clock.

    At least the shortest clock allowed: with less time than that the lock ends the draft.
    """
    if seconds is None:
        return None
    whole = running(begin, lock_at, hours) // timedelta(seconds=1)
    return max(min(seconds, (whole - RESERVE_SECONDS) // max(slots, 1)), CLOCK_SECONDS.start)


def reminder_at(started_at: datetime, seconds: int | None, hours: Hours) -> datetime | None:
    """Return when a quarter of a turn's clock is left. None for a turn without a clock, or with a short one."""
    if seconds is None or seconds < REMINDED_FROM_SECONDS:
        return None
    return after_running(started_at, timedelta(seconds=seconds * 3 / 4), hours)
