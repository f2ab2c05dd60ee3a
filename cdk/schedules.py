"""How often an EventBridge schedule runs, and the longest time without a run, after which alarms miss one."""

import re
from datetime import timedelta
from itertools import pairwise

from cdk.errors import DeploymentError

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_DAILY = re.compile(r"cron\((\d{1,2}) (\d{1,2}(?:,\d{1,2})*) \* \* \? \*\)")
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def longest_gap(expression: str) -> timedelta:
    """Return the longest time between two runs of a schedule.

    Supports `rate(…)`, and `cron(…)` with one minute and a list of hours of every day. Raises DeploymentError for any
    other schedule.
    """
    times = _times(expression)
    if isinstance(times, timedelta):
        return times
    return max(later - earlier for earlier, later in pairwise([*times, times[0] + _DAY]))


def runs_a_day(expression: str) -> float:
    """Return the number of runs of a schedule a day. Supports the schedules of `longest_gap`, and raises its error."""
    times = _times(expression)
    return _DAY / times if isinstance(times, timedelta) else len(times)


def times_of_day(expression: str) -> list[str]:
    """Return the times of day of a schedule, such as `05:00`, in order; of a rate as if it began at midnight.

    Supports the schedules of `longest_gap`, and raises its error.
    """
    times = _times(expression)
    if isinstance(times, timedelta):
        times = [times * number for number in range(max(1, _DAY // times))]
    return [f"{time // _HOUR:02}:{time % _HOUR // _MINUTE:02}" for time in times]


def _times(expression: str) -> timedelta | list[timedelta]:
    """Return the period of a schedule, or its times of day in order."""
    if rate := _RATE.fullmatch(expression):
        return timedelta(**{f"{rate[2]}s": int(rate[1])})
    if daily := _DAILY.fullmatch(expression):
        return sorted(timedelta(hours=int(hour), minutes=int(daily[1])) for hour in set(daily[2].split(",")))
    raise DeploymentError(f"{expression}: alarms know only rate(…), and cron(…) with one minute and hours of every day")
