"""How far forecasts were from what happened: losses, means with their errors, comparisons game by game. Pure.

Two forecasters are compared on the same games, by the mean of the differences. The standard error of one log loss on
fifteen thousand games is 0.003; that of a difference is a fifth of it.
"""

import random
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import inf, log, log1p, nan, sqrt
from statistics import NormalDist

NORMAL = NormalDist()
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of `count` values and its standard error (that of independent values); not a number for no values."""

    value: float
    error: float
    count: int

    def interval(self, probability: float = 0.95) -> tuple[float, float]:
        """Return the interval around the mean that holds the truth with this probability, by the normal law."""
        half = NORMAL.inv_cdf(0.5 + probability / 2) * self.error
        return self.value - half, self.value + half


@dataclass(frozen=True, slots=True)
class Scores:
    """What win probabilities scored: mean log loss in nats, mean Brier score, share of right sides, games."""

    log_loss: Mean
    brier: Mean
    accuracy: float
    count: int


def log_loss(probability: float, *, happened: bool) -> float:
    """Return minus the logarithm of the probability of what happened, in nats; infinite for what was ruled out.

    Raises ValueError for a probability outside 0 to 1.
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"{probability} is not a probability")
    if happened:
        return -log(probability) if probability > 0 else inf
    return -log1p(-probability) if probability < 1 else inf


def brier(probability: float, *, happened: bool) -> float:
    """Return the squared distance of the probability to 1 or 0."""
    return (probability - happened) ** 2


def mean(values: Sequence[float]) -> Mean:
    """Return the mean of the values with its standard error; the error of a single value is not a number."""
    count = len(values)
    if count == 0:
        return Mean(nan, nan, 0)
    centre = sum(values) / count
    if count == 1:
        return Mean(centre, nan, 1)
    variance = sum((value - centre) ** 2 for value in values) / (count - 1)
    return Mean(centre, sqrt(variance / count), count)


def paired(ours: Sequence[float], theirs: Sequence[float]) -> Mean:
    """Return the mean of ours less theirs, game by game. Below zero, ours are better where these are losses.

    Raises ValueError if the sequences differ in length.
    """
    return mean([a - b for a, b in zip(ours, theirs, strict=True)])


def scores(probabilities: Sequence[float], happened: Sequence[bool]) -> Scores:
    """Return what the probabilities scored. A probability of exactly one half is for the other side.

    Raises ValueError if the sequences differ in length or there are none.
    """
    if not probabilities:
        raise ValueError("no forecast to score")
    pairs = list(zip(probabilities, happened, strict=True))
    return Scores(
        log_loss=mean([log_loss(probability, happened=result) for probability, result in pairs]),
        brier=mean([brier(probability, happened=result) for probability, result in pairs]),
        accuracy=sum((probability > EVEN) == result for probability, result in pairs) / len(pairs),
        count=len(pairs),
    )


def absolute_error(forecasts: Sequence[float], outcomes: Sequence[float]) -> Mean:
    """Return the mean absolute error, in the unit of the outcomes."""
    return mean([abs(forecast - outcome) for forecast, outcome in zip(forecasts, outcomes, strict=True)])


def bootstrap(
    values: Sequence[float], groups: Sequence[Hashable], *, seed: int, draws: int = 1000, probability: float = 0.95
) -> tuple[float, float]:
    """Return the percentile interval of the mean when whole groups are drawn with replacement.

    Games of one night share surprises (a rule, a flu), so that the night is drawn, not the game: Efron and Tibshirani,
    An Introduction to the Bootstrap, 1993, chapters 8 and 13. The same seed gives the same interval. Raises ValueError
    without a value.
    """
    if not values:
        raise ValueError("nothing to draw from")
    sums: dict[Hashable, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        entry = sums.setdefault(group, [0.0, 0])
        entry[0] += value
        entry[1] += 1
    clusters = list(sums.values())
    chance = random.Random(seed)  # noqa: S311 - repeatable draws, not a secret
    means = []
    for _ in range(draws):
        drawn = chance.choices(clusters, k=len(clusters))
        means.append(sum(each[0] for each in drawn) / sum(each[1] for each in drawn))
    means.sort()
    tail = (1 - probability) / 2
    return means[int(tail * draws)], means[min(draws - 1, int((1 - tail) * draws))]
