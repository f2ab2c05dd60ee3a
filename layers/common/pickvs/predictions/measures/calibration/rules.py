"""Whether probabilities mean what they say: bins, their error, slope, bias, cover of intervals, PIT. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from pickvs.predictions.measures.rules import NORMAL

BINS = 10
STEPS = 50
"""Newton needs about six; more means that the outcomes can be told apart without an error."""
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts between two probabilities: how many, their mean, the share that happened and its 95 % interval.

    The interval is Wilson's (Journal of the American Statistical Association 22, 1927), which stays within 0 and 1.
    """

    low: float
    high: float
    count: int
    forecast: float
    happened: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Logistic:
    """The probability 1 / (1 + exp(-(intercept + slope * x)))."""

    intercept: float
    slope: float

    def __call__(self, x: float) -> float:
        """Return the probability at x."""
        return logistic(self.intercept + self.slope * x)


def logistic(x: float) -> float:
    """Return the probability whose logit is x."""
    if x >= 0:
        return 1 / (1 + exp(-x))
    power = exp(x)
    return power / (1 + power)


def logit(probability: float) -> float:
    """Return the logarithm of the odds. Probabilities of 0 and 1 are taken as 1e-12 away from them."""
    bounded = min(max(probability, TINY), 1 - TINY)
    return log(bounded) - log(1 - bounded)


def wilson(happened: int, count: int, probability: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a share. Without an observation it is 0 to 1."""
    if count == 0:
        return 0.0, 1.0
    z = NORMAL.inv_cdf(0.5 + probability / 2)
    share = happened / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)


def reliability(probabilities: Sequence[float], happened: Sequence[bool], *, bins: int = BINS) -> list[Bin]:
    """Return the bins of equal width that hold a forecast, from the lowest."""
    rows: list[list[float]] = [[0, 0.0, 0] for _ in range(bins)]
    for probability, result in zip(probabilities, happened, strict=True):
        row = rows[min(int(probability * bins), bins - 1)]
        row[0] += 1
        row[1] += probability
        row[2] += result
    return [
        Bin(
            low=place / bins,
            high=(place + 1) / bins,
            count=int(count),
            forecast=total / count,
            happened=hits / count,
            interval=wilson(int(hits), int(count)),
        )
        for place, (count, total, hits) in enumerate(rows)
        if count
    ]


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Return the mean distance of forecast to frequency, bins weighted by their counts.

    Naeini, Cooper, Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015. It is above
    zero for a perfect forecaster too: about 0.8 / sqrt(count of a bin) times the spread of an outcome. Raises
    ValueError without a bin.
    """
    count = sum(each.count for each in bins)
    if count == 0:
        raise ValueError("no forecast to judge")
    return sum(each.count * abs(each.forecast - each.happened) for each in bins) / count


def bias(probabilities: Sequence[float], happened: Sequence[bool]) -> float:
    """Return the mean probability less the share that happened. Raises ValueError without a forecast."""
    if not probabilities:
        raise ValueError("no forecast to judge")
    return sum(probability - result for probability, result in zip(probabilities, happened, strict=True)) / len(
        probabilities
    )


def fit_logistic(x: Sequence[float], happened: Sequence[bool], *, weights: Sequence[float] | None = None) -> Logistic:
    """Return the logistic of greatest likelihood, by Newton's method.

    On x = logit of a probability, slope 1 and intercept 0 say that it is calibrated; a slope below 1, that it was
    overconfident (Cox, Biometrika 45, 1958). Raises ValueError if there is none: all results equal, all x equal, or
    results that x tells apart without an error.
    """
    rows = list(zip(x, happened, weights or [1.0] * len(x), strict=True))
    results = {result for _, result, weight in rows if weight > 0}
    if results != {False, True}:
        raise ValueError("a slope needs results of both kinds")
    intercept = slope = 0.0
    for _ in range(STEPS):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for value, result, weight in rows:
            p = logistic(intercept + slope * value)
            residual = weight * (result - p)
            curve = weight * p * (1 - p)
            g0 += residual
            g1 += residual * value
            h00 += curve
            h01 += curve * value
            h11 += curve * value * value
        determinant = h00 * h11 - h01 * h01
        if determinant <= TINY * max(h00 * h11, TINY):
            raise ValueError("a slope needs x that differ, and results that x does not tell apart")
        step0 = (h11 * g0 - h01 * g1) / determinant
        step1 = (h00 * g1 - h01 * g0) / determinant
        intercept += step0
        slope += step1
        if abs(step0) + abs(step1) < 1e-10 * (1 + abs(intercept) + abs(slope)):
            return Logistic(intercept, slope)
    raise ValueError("a slope needs results that x does not tell apart")


def calibration_slope(probabilities: Sequence[float], happened: Sequence[bool]) -> Logistic:
    """Return the logistic of the result on the logit of the probability. Raises ValueError as `fit_logistic` does."""
    return fit_logistic([logit(probability) for probability in probabilities], happened)


def cover(intervals: Sequence[tuple[float, float]], outcomes: Sequence[float]) -> float:
    """Return the share of outcomes inside their closed intervals. Raises ValueError without one."""
    if not intervals:
        raise ValueError("no interval to judge")
    inside = sum(low <= outcome <= high for (low, high), outcome in zip(intervals, outcomes, strict=True))
    return inside / len(intervals)


def discrete_cover(below: Sequence[float], at: Sequence[float], probability: float) -> float:
    """Return how often the central interval of a law on whole numbers holds the outcome, its edges split fairly.

    below: probability of less than the outcome. at: that of the outcome itself. An interval between whole numbers holds
    more than it promises, however good the law is; so each outcome counts with the share of [below, below + at] that
    is inside the central part of the law (a non-randomised PIT: Czado, Gneiting, Held, Biometrics 65, 2009).
    Raises ValueError without an outcome.
    """
    if not below:
        raise ValueError("no interval to judge")
    low, high = (1 - probability) / 2, (1 + probability) / 2
    inside = 0.0
    for start, width in zip(below, at, strict=True):
        if width > 0:
            inside += max(0.0, min(start + width, high) - max(start, low)) / width
        else:
            inside += low <= start <= high
    return inside / len(below)


def pit_histogram(below: Sequence[float], at: Sequence[float], *, bins: int = 20) -> list[float]:
    """Return the share of outcomes in each equal part of their forecast distributions; flat if these are right.

    below, at: as for `discrete_cover`; an outcome is spread over the parts that it touches. A hump says that the
    distributions are too wide, a bowl that they are too narrow. Raises ValueError without an outcome.
    """
    if not below:
        raise ValueError("no distribution to judge")
    shares = [0.0] * bins
    for start, width in zip(below, at, strict=True):
        if width <= 0:
            shares[min(max(int(start * bins), 0), bins - 1)] += 1
            continue
        first = min(max(int(start * bins), 0), bins - 1)
        last = min(max(int((start + width) * bins), 0), bins - 1)
        for place in range(first, last + 1):
            overlap = min(start + width, (place + 1) / bins) - max(start, place / bins)
            shares[place] += max(0.0, overlap) / width
    return [share / len(below) for share in shares]
