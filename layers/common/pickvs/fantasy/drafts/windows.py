"""When a draft opens. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pickvs.fantasy.drafts.wall_time import first_shown
from pickvs.fantasy.leagues.rules import WeeklyTime

LEAST_WINDOW = timedelta(hours=24)
"""A draft opens this long before its lock at the latest, unless the draft before it is still open."""


class NoWindow(ValueError):
    """The draft before is locked no earlier than this one, so that there is no time to draft in."""


def opening(lock_at: datetime, opens: WeeklyTime, zone: ZoneInfo, previous_lock_at: datetime | None) -> datetime:
    """Return when the draft that is locked at `lock_at` opens.

    It is the time `opens` in the week of the lock, Monday to Sunday in the league's zone; LEAST_WINDOW before the lock
    if that is earlier; never before the draft of the previous event is locked. Raises NoWindow.
    """
    if previous_lock_at is not None and previous_lock_at >= lock_at:
        raise NoWindow("the draft before is locked no earlier than this one: check the times of both events")
    day = lock_at.astimezone(zone).date()
    weekly = first_shown(day + timedelta(days=opens.weekday - day.weekday()), opens.at, zone)
    opens_at = min(weekly, lock_at - LEAST_WINDOW)
    return opens_at if previous_lock_at is None else max(opens_at, previous_lock_at)
