"""The negative binomial distribution of a count: points, rebounds, yards. Pure.

In the form of a mean and an overdispersion d: the variance is mean * (1 + d), and d = 0 is the Poisson distribution.
With shape r = mean / d, P(0) = (1 + d)^-r and P(k + 1) / P(k) = (k + r) / (k + 1) * d / (1 + d).
Source: Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd edition, section 5.1.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, exp, floor, inf, isfinite, lgamma, log, log1p, sqrt
from typing import Any

KIND = "negative_binomial"
_SMALLEST_MEAN = 1e-6
_POISSON = 1e-9
"""Overdispersion below which the distribution is computed as Poisson's."""
_ALMOST_POISSON = 1e-3
_TAIL = 1e-12
_DEVIATIONS = 12.0
"""Standard deviations below the mean at which a table may begin; what is below has no weight in a double."""


@dataclass(frozen=True, kw_only=True)
class NegativeBinomial:
    """A count's distribution. mean: above 0. overdispersion: variance / mean - 1, 0 or more.

    Raises ValueError for numbers outside these ranges.
    """

    mean: float
    overdispersion: float

    def __post_init__(self) -> None:
        if not (isfinite(self.mean) and self.mean > 0):
            raise ValueError(f"the mean of a count is above 0, not {self.mean}")
        if not (isfinite(self.overdispersion) and self.overdispersion >= 0):
            raise ValueError(f"the overdispersion of a count is 0 or more, not {self.overdispersion}")

    @property
    def variance(self) -> float:
        """The square of the standard deviation."""
        return self.mean * (1 + self.overdispersion)

    @property
    def dispersion(self) -> float:
        """The variance as a multiple of the mean; 1 is Poisson's."""
        return 1 + self.overdispersion

    @cached_property
    def _table(self) -> tuple[int, list[float]]:
        """The first count with weight, and P(at most that count), P(at most the next) and so on to almost 1."""
        first = max(0, floor(self.mean - _DEVIATIONS * sqrt(self.variance)))
        probability = exp(self.log_probability(first))
        d = self.overdispersion
        share, step = (d / (1 + d), self.mean / (1 + d)) if d > _POISSON else (0.0, self.mean)
        count, total, cumulated = first, probability, [probability]
        # Below the mean the probabilities rise, so a small one says nothing about the rest there.
        while count <= self.mean or (probability > _TAIL and total < 1):
            probability *= (count * share + step) / (count + 1)
            count += 1
            total += probability
            cumulated.append(total)
        return first, cumulated

    def log_probability(self, count: int) -> float:
        """Return the logarithm of P(count); minus infinity below 0."""
        if count < 0:
            return -inf
        mean, d = self.mean, self.overdispersion
        if d <= _POISSON:
            return count * log(mean) - mean - lgamma(count + 1)
        shape = mean / d
        if d < _ALMOST_POISSON:  # the difference of two huge logarithms of gamma would lose its digits
            rising = sum(log1p(each / shape) for each in range(count)) + count * log(mean)
            return rising - (shape + count) * log1p(d) - lgamma(count + 1)
        combinations = lgamma(count + shape) - lgamma(shape) - lgamma(count + 1)
        return combinations - shape * log1p(d) + count * (log(d) - log1p(d))

    def at_most(self, count: int) -> float:
        """Return P(at most count)."""
        first, cumulated = self._table
        if count < first:
            return 0.0
        return min(1.0, cumulated[count - first]) if count - first < len(cumulated) else 1.0

    def quantile(self, level: float) -> int:
        """Return the smallest count that is not exceeded with the probability `level`, which is inside 0 to 1."""
        if not 0 < level < 1:
            raise ValueError(f"a quantile's level is between 0 and 1, not {level}")
        first, cumulated = self._table
        return first + min(bisect_left(cumulated, level), len(cumulated) - 1)

    @property
    def median(self) -> int:
        """The count that is exceeded with probability 0.5 at most."""
        return self.quantile(0.5)

    def over(self, line: float) -> tuple[float, float]:
        """Return P(more than the line) and P(exactly the line)."""
        push = exp(self.log_probability(int(line))) if line == floor(line) else 0.0
        return 1 - self.at_most(floor(line)), push

    def interval_probability(self, low: float, high: float) -> float:
        """Return P(low <= count <= high)."""
        return max(0.0, self.at_most(floor(high)) - self.at_most(ceil(low) - 1))

    def crps(self, count: int) -> float:
        """Return the continuous ranked probability score of what happened; smaller is better.

        The sum over k of (P(at most k) - [count <= k])^2. Source: Gneiting, Raftery, JASA 102 (2007), section 4.2; for
        a count the integral is this sum.
        """
        first, cumulated = self._table
        end = first + len(cumulated)
        happened = sum((1 - total) ** 2 for total in cumulated[max(0, count - first) :])
        before = sum(total * total for total in cumulated[: max(0, count - first)])
        return before + happened + max(0, count - end) + max(0, first - count)

    def log_score(self, count: int) -> float:
        """Return minus the logarithm of the probability of what happened, in nats; smaller is better."""
        return -self.log_probability(count)

    def to_json(self) -> dict[str, Any]:
        """Return the distribution as values of JSON, from which `from_json` makes an equal one."""
        return {"kind": KIND, "mean": self.mean, "overdispersion": self.overdispersion}


def with_variance(mean: float, variance: float) -> NegativeBinomial:
    """Return the distribution of a mean and variance; Poisson's if the variance is not above the mean.

    A mean that is 0 or less counts as a very small one.
    """
    mean = max(mean, _SMALLEST_MEAN)
    return NegativeBinomial(mean=mean, overdispersion=max(0.0, variance / mean - 1))


def from_json(document: Mapping[str, Any]) -> NegativeBinomial:
    """Return the distribution that `to_json` wrote. Raise ValueError if it is none."""
    if document.get("kind") != KIND:
        raise ValueError(f"a distribution of kind {document.get('kind')!r} is no {KIND}")
    return NegativeBinomial(mean=document["mean"], overdispersion=document["overdispersion"])
