"""A distribution given by quantiles, with equal density between two neighbours: minutes played. Pure."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

KIND = "quantiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """A number's distribution. levels: rising, from 0 to 1. values: the number at each level, not falling.

    Raises ValueError for anything else.
    """

    levels: tuple[float, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.levels) != len(self.values) or (self.levels[:1], self.levels[-1:]) != ((0,), (1,)):
            raise ValueError("quantiles have a value for each level, and their levels go from 0 to 1")
        if not all(low < high for low, high in pairwise(self.levels)):
            raise ValueError("the levels of quantiles rise")
        if not all(low <= high for low, high in pairwise(self.values)):
            raise ValueError("quantiles do not fall")

    @property
    def mean(self) -> float:
        """The expected number."""
        values, levels = pairwise(self.values), pairwise(self.levels)
        return sum((right - left) * (low + high) / 2 for (low, high), (left, right) in zip(values, levels, strict=True))

    @property
    def variance(self) -> float:
        """The square of the standard deviation."""
        values, levels, mean = pairwise(self.values), pairwise(self.levels), self.mean
        squares = (
            (right - left) * (low * low + low * high + high * high) / 3
            for (low, high), (left, right) in zip(values, levels, strict=True)
        )
        return max(0.0, sum(squares) - mean * mean)

    @property
    def dispersion(self) -> float:
        """The variance as a multiple of the mean."""
        return self.variance / self.mean if self.mean > 0 else 0.0

    @property
    def median(self) -> float:
        """The number that is exceeded with probability 0.5."""
        return self.quantile(0.5)

    def quantile(self, level: float) -> float:
        """Return the number that is not exceeded with the probability `level`, which is inside 0 to 1."""
        if not 0 < level < 1:
            raise ValueError(f"a quantile's level is between 0 and 1, not {level}")
        right = bisect_right(self.levels, level)
        low, high = self.levels[right - 1], self.levels[right]
        part = (level - low) / (high - low)
        least, most = self.values[right - 1], self.values[right]
        # Rounding may leave the interval, and then the number would have another probability than its level.
        return min(max(least * (1 - part) + most * part, least), most)

    def at_most(self, number: float) -> float:
        """Return P(at most the number)."""
        right = bisect_right(self.values, number)
        if right == 0:
            return 0.0
        if right == len(self.values):
            return 1.0
        low, high = self.values[right - 1], self.values[right]
        left_level, right_level = self.levels[right - 1], self.levels[right]
        return left_level + (right_level - left_level) * (number - low) / (high - low)

    def over(self, line: float) -> tuple[float, float]:
        """Return P(more than the line) and P(exactly the line), which is 0 where the distribution is continuous."""
        above = 1 - self.at_most(line)
        equal = [level for level, value in zip(self.levels, self.values, strict=True) if value == line]
        return above, equal[-1] - equal[0] if equal else 0.0

    def interval_probability(self, low: float, high: float) -> float:
        """Return P(low < number <= high)."""
        return max(0.0, self.at_most(high) - self.at_most(low))

    def crps(self, number: float) -> float:
        """Return the continuous ranked probability score of what happened; smaller is better.

        The integral of (P(at most x) - [number <= x])^2, exact for pieces of equal density. Source: Gneiting, Raftery,
        JASA 102 (2007), section 4.2.
        """
        score = max(0.0, self.values[0] - number) + max(0.0, number - self.values[-1])
        for (low, high), (left, right) in zip(pairwise(self.values), pairwise(self.levels), strict=True):
            if high <= number:
                score += (high - low) * _mean_square(left, right)
            elif low >= number:
                score += (high - low) * _mean_square(1 - left, 1 - right)
            else:
                middle = left + (right - left) * (number - low) / (high - low)
                score += (number - low) * _mean_square(left, middle)
                score += (high - number) * _mean_square(1 - middle, 1 - right)
        return score

    def to_json(self) -> dict[str, Any]:
        """Return the distribution as values of JSON, from which `from_json` makes an equal one."""
        return {"kind": KIND, "levels": list(self.levels), "values": list(self.values)}


def from_json(document: Mapping[str, Any]) -> Quantiles:
    """Return the distribution that `to_json` wrote. Raise ValueError if it is none."""
    if document.get("kind") != KIND:
        raise ValueError(f"a distribution of kind {document.get('kind')!r} is no {KIND}")
    return Quantiles(levels=tuple(document["levels"]), values=tuple(document["values"]))


def _mean_square(start: float, end: float) -> float:
    """Return the mean of x^2 for x between two numbers."""
    return (start * start + start * end + end * end) / 3
