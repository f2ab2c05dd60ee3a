"""The joint distribution of a game's margin and total, on whole points. Pure.

There is one distribution a game. Win probability, spread and total are three views of it, so they never contradict each
other. Margin and total are taken as independent: over 16,535 NBA games their residuals have a correlation of -0.006.

A law is a table of probabilities on whole points. `Student` makes one of densities: the margin is a Student t whose
small margins are reweighted by the frequencies of the past (no ties in basketball, 3 and 7 in football), the total is a
normal. `Runs` makes one of counts: both teams' scores are negative binomials.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import ceil, exp, floor, fsum, isfinite, log, sqrt, sumprod
from typing import Any, Self

from pickvs.predictions.distributions.counts.rules import NegativeBinomial

_REACH = 8.0
"""Standard deviations on each side of the mean that a table spans."""
_LONG_REACH = 16.0
"""The same above the mean of a count, whose tail is longer."""
_SMALLEST = 1e-12
"""Probability that the log score gives to an outcome outside the table."""
_SMALLEST_SCORE = 0.05
"""Smallest mean of a team's score under `Runs`."""


class Law:
    """A distribution on whole points: `masses[i]` is the probability of `first + i`."""

    __slots__ = ("_up_to", "first", "masses")

    def __init__(self, first: int, weights: Sequence[float]) -> None:
        """Take the probabilities as `weights`, which are scaled to a sum of 1.

        Raises ValueError if their sum is not a positive number.
        """
        whole = fsum(weights)
        if not (isfinite(whole) and whole > 0):
            raise ValueError(f"the weights of a law have the sum {whole}")
        self.first = first
        self.masses = [weight / whole for weight in weights]
        self._up_to = list(accumulate(self.masses))

    def mass(self, points: int) -> float:
        """Return the probability of exactly `points`."""
        index = points - self.first
        return self.masses[index] if 0 <= index < len(self.masses) else 0.0

    def below(self, points: float) -> float:
        """Return the probability of less than `points`."""
        index = ceil(points) - self.first - 1
        if index < 0:
            return 0.0
        return min(self._up_to[index], 1.0) if index < len(self._up_to) else 1.0

    def at_most(self, points: float) -> float:
        """Return the probability of `points` or less."""
        return self.below(floor(points) + 1)

    def above(self, points: float) -> float:
        """Return the probability of more than `points`."""
        index = floor(points) - self.first + 1
        if index <= 0:
            return 1.0
        return max(0.0, 1.0 - self._up_to[index - 1]) if index < len(self.masses) else 0.0

    @property
    def mean(self) -> float:
        """The mean, in points."""
        return self.first + fsum(index * mass for index, mass in enumerate(self.masses))

    @property
    def sd(self) -> float:
        """The standard deviation, in points."""
        mean = self.mean - self.first
        return sqrt(fsum((index - mean) ** 2 * mass for index, mass in enumerate(self.masses)))

    def quantile(self, probability: float) -> float:
        """Return the points below which `probability` of the distribution is.

        The probability of each whole number is spread evenly over the unit interval around it. So intervals of a
        stated probability hold that share of outcomes on average, where whole limits would hold more. Raises ValueError
        outside 0 to 1.
        """
        if not 0 <= probability <= 1:
            raise ValueError(f"a probability is between 0 and 1, not {probability}")
        index = min(bisect_left(self._up_to, probability), len(self.masses) - 1)
        while self.masses[index] == 0:
            index += 1 if probability == 0 else -1
        before = self._up_to[index] - self.masses[index]
        share = min(max((probability - before) / self.masses[index], 0.0), 1.0)
        return self.first + index - 0.5 + share

    @property
    def median(self) -> float:
        """The quantile of one half."""
        return self.quantile(0.5)

    def interval(self, probability: float) -> tuple[float, float]:
        """Return the central interval that holds `probability` of the distribution."""
        return self.quantile((1 - probability) / 2), self.quantile((1 + probability) / 2)

    def log_score(self, points: int) -> float:
        """Return the logarithmic score of an outcome: minus the logarithm of its probability, in nats. Less is better.

        An outcome that the table does not hold counts as one of probability 1e-12.
        """
        return -log(max(self.mass(points), _SMALLEST))

    def crps(self, points: int) -> float:
        """Return the continuous ranked probability score of an outcome, in points. Less is better.

        Source: Gneiting and Raftery, Strictly Proper Scoring Rules, 2007, equation 20: the integral of the squared
        difference between the distribution function and the outcome's step.
        """
        index = points - self.first
        if index < 0:
            return -index + fsum((1 - up_to) ** 2 for up_to in self._up_to)
        held = fsum(up_to * up_to for up_to in self._up_to[:index])
        return held + fsum((1 - up_to) ** 2 for up_to in self._up_to[index:]) + max(0, index - len(self._up_to))


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """Shape for scores of many points.

    margin_sd: standard deviation of the margin before reweighting, in points. margin_df: degrees of freedom of its
    Student t, above 2. total_sd: standard deviation of the total, which is normal. weights: factor of the probability
    of a margin, by its absolute value from 0; larger margins have the factor 1.
    """

    margin_sd: float
    margin_df: float
    total_sd: float
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a shape that has no distribution."""
        if not (isfinite(self.margin_sd) and self.margin_sd > 0 and isfinite(self.total_sd) and self.total_sd > 0):
            raise ValueError("the standard deviations of a shape are positive numbers")
        if not (isfinite(self.margin_df) and self.margin_df > 2):  # noqa: PLR2004 - a t has a variance from there on
            raise ValueError("the degrees of freedom of a margin are above 2")
        _check_weights(self.weights)

    def margin(self, margin_mean: float, total_mean: float) -> Law:
        """Return the law of the margin."""
        scale = self.margin_sd * sqrt((self.margin_df - 2) / self.margin_df)
        rate = 1 / (scale * scale * self.margin_df)
        power = -(self.margin_df + 1) / 2
        first, last = _span(margin_mean, self.margin_sd)
        densities = [(1 + (points - margin_mean) ** 2 * rate) ** power for points in range(first, last + 1)]
        return Law(first, _reweighted(first, densities, self.weights))

    def total(self, margin_mean: float, total_mean: float) -> Law:
        """Return the law of the total. It has no negative points."""
        rate = -0.5 / (self.total_sd * self.total_sd)
        first, last = _span(total_mean, self.total_sd)
        first = max(first, 0)
        return Law(first, [exp((points - total_mean) ** 2 * rate) for points in range(first, max(first, last) + 1)])

    def to_json(self) -> dict[str, Any]:
        """Return the shape as JSON."""
        return {
            "kind": "student",
            "margin_sd": self.margin_sd,
            "margin_df": self.margin_df,
            "total_sd": self.total_sd,
            "weights": list(self.weights),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Shape for scores of few points: each team's score is a negative binomial, independent of the other's.

    dispersion: the variance of a score is `mean + dispersion * mean**2`; above 0. weights: as in `Student`.
    """

    dispersion: float
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a shape that has no distribution."""
        if not (isfinite(self.dispersion) and self.dispersion > 0):
            raise ValueError("the dispersion of a score is a positive number")
        _check_weights(self.weights)

    def margin(self, margin_mean: float, total_mean: float) -> Law:
        """Return the law of the margin."""
        home, away = self._scores(margin_mean, total_mean)
        first = 1 - len(away)
        return Law(first, _reweighted(first, _summed(home, away[::-1]), self.weights))

    def total(self, margin_mean: float, total_mean: float) -> Law:
        """Return the law of the total."""
        home, away = self._scores(margin_mean, total_mean)
        return Law(0, _summed(home, away))

    def _scores(self, margin_mean: float, total_mean: float) -> tuple[list[float], list[float]]:
        home = max((total_mean + margin_mean) / 2, _SMALLEST_SCORE)
        away = max((total_mean - margin_mean) / 2, _SMALLEST_SCORE)
        return _negative_binomial(home, self.dispersion), _negative_binomial(away, self.dispersion)

    def to_json(self) -> dict[str, Any]:
        """Return the shape as JSON."""
        return {"kind": "runs", "dispersion": self.dispersion, "weights": list(self.weights)}


type Shape = Student | Runs


def shape_from_json(value: Mapping[str, Any]) -> Shape:
    """Return the shape that `to_json` made. Raises ValueError if it is none."""
    try:
        match value["kind"]:
            case "student":
                return Student(
                    margin_sd=float(value["margin_sd"]),
                    margin_df=float(value["margin_df"]),
                    total_sd=float(value["total_sd"]),
                    weights=tuple(map(float, value["weights"])),
                )
            case "runs":
                return Runs(dispersion=float(value["dispersion"]), weights=tuple(map(float, value["weights"])))
            case kind:
                raise ValueError(f"no shape is called {kind!r}")
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a shape of a joint distribution: {error!r}") from None


@dataclass(frozen=True, kw_only=True)
class Joint:
    """The distribution of one game's final score.

    margin_mean: centre of the home team's points less the away team's. total_mean: centre of both teams' points. Both
    are before reweighting and cutting; the exact means are `margin.mean` and `total.mean`.
    """

    margin_mean: float
    total_mean: float
    shape: Shape

    def __post_init__(self) -> None:
        """Raise ValueError if a centre is no number."""
        if not (isfinite(self.margin_mean) and isfinite(self.total_mean)):
            raise ValueError("the means of a joint distribution are finite")

    @cached_property
    def margin(self) -> Law:
        """Distribution of the home team's points less the away team's."""
        return self.shape.margin(self.margin_mean, self.total_mean)

    @cached_property
    def total(self) -> Law:
        """Distribution of both teams' points."""
        return self.shape.total(self.margin_mean, self.total_mean)

    def win(self) -> float:
        """Return the probability that the home team wins."""
        return self.margin.above(0)

    def tie(self) -> float:
        """Return the probability of a tie; 0 in a sport without ties."""
        return self.margin.mass(0)

    def loss(self) -> float:
        """Return the probability that the away team wins."""
        return self.margin.below(0)

    def cover(self, spread: float) -> tuple[float, float]:
        """Return the probabilities that the home team covers, and that the bet is a push.

        spread: points that the home team is given; -4.5 means that it must win by 5.
        """
        return self.margin.above(-spread), self._exactly(self.margin, -spread)

    def over(self, total: float) -> tuple[float, float]:
        """Return the probabilities that both teams score more than `total`, and that the bet is a push."""
        return self.total.above(total), self._exactly(self.total, total)

    @staticmethod
    def _exactly(law: Law, points: float) -> float:
        return law.mass(int(points)) if points == floor(points) else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the distribution as JSON. Reading it gives the same probabilities, to the last bit."""
        return {"margin_mean": self.margin_mean, "total_mean": self.total_mean, "shape": self.shape.to_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the distribution that `to_json` made. Raises ValueError if it is none."""
        try:
            return cls(
                margin_mean=float(value["margin_mean"]),
                total_mean=float(value["total_mean"]),
                shape=shape_from_json(value["shape"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a joint distribution: {error!r}") from None


def _check_weights(weights: tuple[float, ...]) -> None:
    if not all(isfinite(weight) and weight >= 0 for weight in weights):
        raise ValueError("the weights of margins are finite and not negative")


def _span(mean: float, sd: float) -> tuple[int, int]:
    return floor(mean - _REACH * sd), ceil(mean + _REACH * sd)


def _reweighted(first: int, masses: list[float], weights: tuple[float, ...]) -> list[float]:
    for absolute, weight in enumerate(weights):
        for points in {absolute, -absolute}:
            index = points - first
            if 0 <= index < len(masses):
                masses[index] *= weight
    return masses


def _summed(masses: list[float], others: list[float]) -> list[float]:
    """Return the probabilities of the sum of two independent counts that begin at 0: their convolution."""
    backward, rest = others[::-1], [0.0] * (len(others) - 1)
    padded = [*rest, *masses, *rest]
    return [sumprod(padded[index : index + len(others)], backward) for index in range(len(masses) + len(others) - 1)]


def _negative_binomial(mean: float, dispersion: float) -> list[float]:
    """Return the probabilities of 0, 1, 2, … points, up to `_LONG_REACH` standard deviations above the mean."""
    law = NegativeBinomial(mean=mean, overdispersion=dispersion * mean)
    last = ceil(mean + _LONG_REACH * sqrt(law.variance))
    return [exp(law.log_probability(count)) for count in range(last + 1)]
