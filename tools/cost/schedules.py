"""Runs of a schedule in a month."""

from datetime import UTC, datetime, timedelta
from functools import cache

from local.errors import LaptopError
from local.schedules import next_time
from tools.cost.errors import CostError

DAYS_OF_MONTH = 365 / 12
HOURS_OF_MONTH = DAYS_OF_MONTH * 24

_START = datetime(2027, 1, 1, tzinfo=UTC) - timedelta(seconds=1)
_DAYS_OF_YEAR = 365


@cache
def runs_a_month(expression: str) -> float:
    """Return the runs of an EventBridge schedule in an average month.

    The result is 0 for a one-time schedule (`at(…)`). Raises CostError for an invalid expression.
    """
    if expression.startswith("at("):
        return 0
    if expression.startswith("rate("):
        period = _next(expression, _START) - _START
        return DAYS_OF_MONTH * timedelta(days=1) / period
    return _runs_of_a_day(expression) * _days_of_a_year(expression) / 12


def _next(expression: str, after: datetime) -> datetime:
    try:
        following = next_time(expression, after)
    except LaptopError:
        raise CostError(f"{expression} is no schedule expression") from None
    return following or datetime.max.replace(tzinfo=UTC)


def _runs_of_a_day(expression: str) -> int:
    """Count the runs of the first day that has any. A cron expression has the same runs on each of its days."""
    first = at = _next(expression, _START)
    runs = 0
    while at.date() == first.date():
        runs += 1
        at = _next(expression, at)
    return runs


def _days_of_a_year(expression: str) -> int:
    end = _START + timedelta(days=_DAYS_OF_YEAR)
    days = 0
    at = _next(expression, _START)
    while at <= end:
        days += 1
        midnight = datetime(at.year, at.month, at.day, tzinfo=UTC) + timedelta(days=1)
        at = _next(expression, midnight - timedelta(seconds=1))
    return days
