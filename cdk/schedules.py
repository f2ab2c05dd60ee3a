"""Longest time between two runs of an EventBridge schedule, from which alarms conclude that a run is missing."""

import re
from datetime import timedelta
from itertools import pairwise

from cdk.errors import DeploymentError

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_DAILY = re.compile(r"cron\((\d{1,2}) (\d{1,2}(?:,\d{1,2})*) \* \* \? \*\)")
_DAY = timedelta(days=1)


def longest_gap(expression: str) -> timedelta:
    """Return the longest time between two runs of a schedule.

    Supports `rate(…)`, and `cron(…)` with one minute and a list of hours of every day. Raises DeploymentError for any
    other schedule.
    """
    if rate := _RATE.fullmatch(expression):
        return timedelta(**{f"{rate[2]}s": int(rate[1])})
    if daily := _DAILY.fullmatch(expression):
        times = sorted(timedelta(hours=int(hour)) for hour in set(daily[2].split(",")))
        return max(later - earlier for earlier, later in pairwise([*times, times[0] + _DAY]))
    raise DeploymentError(f"{expression}: alarms know only rate(…), and cron(…) with one minute and hours of every day")
