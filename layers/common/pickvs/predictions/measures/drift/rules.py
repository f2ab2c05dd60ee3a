"""Whether forecasts have become worse, or their inputs other ones: CUSUM and PSI. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

SMALLEST_SHARE = 1e-4
"""A share that a part without a value is taken to have, so that a logarithm exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cusum:
    """A one-sided cumulative sum that rings when values stay above their mean (Page, Biometrika 41, 1954).

    mean, deviation: of the values while all is well. slack: deviations above the mean that are forgiven each time.
    threshold: the sum, in deviations, above which it rings.
    """

    mean: float
    deviation: float
    slack: float
    threshold: float

    def __post_init__(self) -> None:
        if self.deviation <= 0 or self.slack < 0 or self.threshold <= 0:
            raise ValueError("deviation and threshold are above zero, slack is not below")

    def next(self, total: float, value: float) -> float:
        """Return the sum after one more value; it begins at 0."""
        return max(0.0, total + (value - self.mean) / self.deviation - self.slack)

    def rings(self, total: float) -> bool:
        """Say whether a sum is an alarm."""
        return total > self.threshold

    def alarms(self, values: Sequence[float]) -> list[int]:
        """Return the places of the values at which it rang, beginning at 0 again after each."""
        places = []
        total = 0.0
        for place, value in enumerate(values):
            total = self.next(total, value)
            if self.rings(total):
                places.append(place)
                total = 0.0
        return places


def quantile_edges(values: Sequence[float], *, parts: int = 10) -> list[float]:
    """Return the inner edges of parts of equal counts. Equal edges are one. Raises ValueError without a value."""
    if not values:
        raise ValueError("edges need values")
    ordered = sorted(values)
    return sorted({ordered[place * len(ordered) // parts] for place in range(1, parts)})


def population_stability_index(reference: Sequence[float], values: Sequence[float], edges: Sequence[float]) -> float:
    """Return how far the values' shares between the edges are from the reference's; 0 if not at all.

    The sum of (a - b) * log(a / b) over the parts (Kullback's J-divergence). Below 0.1 is usual, 0.25 and above is
    another population (Siddiqi, Credit Risk Scorecards, 2006). Raises ValueError without values on either side.
    """
    before, after = _shares(reference, edges), _shares(values, edges)
    return sum((b - a) * log(b / a) for a, b in zip(before, after, strict=True))


def _shares(values: Sequence[float], edges: Sequence[float]) -> list[float]:
    if not values:
        raise ValueError("shares need values")
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[bisect_right(edges, value)] += 1
    return [max(count / len(values), SMALLEST_SHARE) for count in counts]
