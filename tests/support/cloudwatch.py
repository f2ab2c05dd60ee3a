"""A simulation of CloudWatch alarms: evaluates metric values as the documentation describes.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from statistics import fmean

from cdk.alarm import Alarm, Comparison, NoData
from cdk.watched import Watched

type Key = tuple[str, str, frozenset[tuple[str, str]]]

type Breaches = dict[datetime, bool | None]
"""Whether a period breaches the threshold, by its end; None without a value."""

_RANGE = 2
"""Evaluation range as a multiple of the evaluation periods; the documentation says only that it is larger."""

STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Sum": sum,
    "Average": fmean,
    "Minimum": min,
    "Maximum": max,
    "SampleCount": len,
    "p50": lambda values: sorted(values)[len(values) // 2],
    "p99": max,
}
COMPARED: Mapping[Comparison, Callable[[float, float], bool]] = {
    Comparison.AT_LEAST: lambda value, threshold: value >= threshold,
    Comparison.MORE: lambda value, threshold: value > threshold,
    Comparison.LESS: lambda value, threshold: value < threshold,
}


_rung: dict[object, datetime | None] = {}
"""When each alarm first rang, by the alarm and the values that it saw. A fault changes what few of the alarms see."""


class State(Enum):
    """The state of an alarm."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class Metrics:
    """Metric values by the time at which they were put."""

    def __init__(self) -> None:
        self._values: defaultdict[Key, list[tuple[datetime, float]]] = defaultdict(list)

    def put(self, watched: Watched, at: datetime, value: float) -> None:
        """Put a value. The statistic of `watched` is ignored."""
        insort(self._values[_key(watched)], (at, value))

    def value(self, watched: Watched, begin: datetime, end: datetime) -> float | None:
        """Return the statistic of the values from `begin` (inclusive) to `end` (exclusive); None if there are none."""
        values = self._values.get(_key(watched), [])
        first, last = (bisect_left(values, (moment, float("-inf"))) for moment in (begin, end))
        found = [value for _, value in values[first:last]]
        return STATISTICS[watched.statistic](found) if found else None

    def all_of(self, alarm: Alarm) -> tuple[tuple[tuple[datetime, float], ...], ...]:
        """Return all values of each metric that the alarm watches."""
        return tuple(tuple(self._values.get(_key(each), ())) for each in alarm.watches.values())


def state(alarm: Alarm, metrics: Metrics, at: datetime, before: State, known_breaches: Breaches | None = None) -> State:
    """Return the state of `alarm` at `at`, given its previous state `before`.

    known_breaches: of this alarm, with these metrics. What is found is added to it.
    """
    found: Breaches = {} if known_breaches is None else known_breaches
    breaches = []
    for number in range(_RANGE * alarm.periods):
        end = at - number * alarm.period
        if end not in found:
            found[end] = _is_breach(alarm, metrics, end - alarm.period, end)
        breaches.append(found[end])
    counted = breaches[: alarm.periods]
    if alarm.no_data is NoData.IS_WELL:
        return State.ALARM if all(counted) else State.OK
    known = [each for each in breaches if each is not None][: alarm.periods]
    if all(each is None for each in counted):
        return before if alarm.no_data is NoData.CHANGES_NOTHING else State.INSUFFICIENT_DATA
    if alarm.no_data is NoData.CHANGES_NOTHING and len(known) < alarm.periods and all(known):
        return before
    return State.ALARM if all(known) else State.OK


def ringing(
    alarms: Sequence[Alarm], metrics: Metrics, begin: datetime, end: datetime, step: timedelta
) -> dict[str, datetime]:
    """Return the alarms that send mail between `begin`, when they are created, and `end`, with the time of each."""
    rung = {}
    for alarm in alarms:
        lived = repr(alarm), metrics.all_of(alarm), begin, end, step
        if lived not in _rung:
            _rung[lived] = _first_ring(alarm, metrics, begin, end, step)
        if (at := _rung[lived]) is not None:
            rung[alarm.name] = at
    return rung


def _first_ring(alarm: Alarm, metrics: Metrics, begin: datetime, end: datetime, step: timedelta) -> datetime | None:
    stands, at = State.INSUFFICIENT_DATA, begin
    breaches: Breaches = {}
    while at < end:
        was, stands = stands, state(alarm, metrics, at, stands, breaches)
        fell_silent = stands is State.INSUFFICIENT_DATA and alarm.no_data is NoData.RINGS
        if was is not stands and (stands is State.ALARM or fell_silent):
            return at
        at += step
    return None


def calculated(formula: str, values: Mapping[str, float | None]) -> float | None:
    """Return the result of metric math for one period; None if there is none, such as for a division by 0."""
    functions = {
        "IF": lambda is_so, this, that: this if is_so else that,
        "FILL": lambda x, y: y if x is None else x,
        "MAX": lambda all_of_them: max((each for each in all_of_them if each is not None), default=None),
        "SUM": lambda all_of_them: sum(each for each in all_of_them if each is not None),
    }
    try:
        value: float = eval(formula, {"__builtins__": {}}, {**functions, **values})  # noqa: S307 - our own formula
    except ZeroDivisionError:
        return None
    return value


def _is_breach(alarm: Alarm, metrics: Metrics, begin: datetime, end: datetime) -> bool | None:
    values = {name: metrics.value(each, begin, end) for name, each in alarm.watches.items()}
    if alarm.formula is None:
        (value,) = values.values()
    elif all(each is None for each in values.values()):
        value = None
    else:
        value = calculated(alarm.formula, values)
    return None if value is None else COMPARED[alarm.comparison](value, alarm.threshold)


def _key(watched: Watched) -> Key:
    return watched.namespace, watched.name, frozenset(watched.dimensions.items())
