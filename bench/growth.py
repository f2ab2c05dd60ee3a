"""How a duration grows with a size, measured at several sizes."""

import math
import statistics
from collections.abc import Mapping, Sequence

from bench.table import Line

AT_MOST_LINEAR = 1.1
"""1, and what timings vary by."""
NOT_AT_ALL = 0.1


def exponent(seconds: Mapping[int, Sequence[float]]) -> float:
    """Return b of seconds = a x size^b: the slope, by least squares, of the medians in log-log."""
    sizes = [math.log(size) for size in seconds]
    medians = [math.log(statistics.median(taken)) for taken in seconds.values()]
    return statistics.linear_regression(sizes, medians).slope


def growth(what: str, seconds: Mapping[int, Sequence[float]], limit: float) -> Line:
    """Return a line of the exponent, which may be `limit` at most. seconds: by size."""
    found = exponent(seconds)
    sizes = ", ".join(f"{size:,}" for size in seconds)
    return Line(f"{what}: exponent over {sizes}", found, ratio=found, limit=limit, unit="x")
