"""Estimates how a duration grows with a size, from measurements at several sizes."""

import math
import statistics
from collections.abc import Mapping, Sequence

from bench.table import Line

AT_MOST_LINEAR = 1.1
"""Limit for linear growth: an exponent of 1, with a margin for noise."""
NOT_AT_ALL = 0.1


def exponent(seconds: Mapping[int, Sequence[float]]) -> float:
    """Return b in seconds = a x size^b, fitted to the medians by least squares in log-log space."""
    sizes = [math.log(size) for size in seconds]
    medians = [math.log(statistics.median(taken)) for taken in seconds.values()]
    return statistics.linear_regression(sizes, medians).slope


def growth(what: str, seconds: Mapping[int, Sequence[float]], limit: float) -> Line:
    """Return a table line for the exponent, which may be at most `limit`. `seconds` are the durations by size."""
    found = exponent(seconds)
    sizes = ", ".join(f"{size:,}" for size in seconds)
    return Line(f"{what}: exponent over {sizes}", found, ratio=found, limit=limit, unit="x")
