"""Scale and shape of the joint distribution, from centres and outcomes of the past."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from math import inf, isfinite, sqrt
from operator import mul

import numpy as np

from pickvs.predictions.distributions.rules import Runs, Shape, Student
from pickvs.predictions.leagues.rules import Fitting
from pickvs.predictions.training.examples import Column

type Histogram = dict[tuple[float, float], dict[int, float]]
"""Weights of margins by the rounded centres of margin and total."""

_DEGREES = (6.0, 8.0, 10.0, 12.0, 14.0, 17.0, 20.0, 30.0)
_FIRST_DEGREES = 14.0
_PRIOR = 50.0
"""Games of no reweighting that are added to what was seen of each margin."""
_ROUNDS = 2
_STEPS = 25
"""Steps of a standard deviation to which centres are rounded."""


def fit_shape(
    fitting: Fitting,
    centres: tuple[Column, Column],
    outcomes: tuple[Column, Column],
    weights: tuple[Column, Column],
    rounded: Callable[[float], float],
) -> Shape:
    """Return the shape that a league's past has around the centres.

    centres, outcomes: of margin and total. weights: how much each game counts, for the shape and for the scale, which
    moves faster. rounded: how numbers are stored. First
    each small margin's factor is taken from how often it happened against how often it was expected, then the degrees
    of freedom by the likelihood of the margins, then the scale by the second moment.
    """
    residuals = [outcome - centre for outcome, centre in zip(outcomes, centres, strict=True)]
    steps = (_deviation(residuals[0], weights[0]) / _STEPS, _deviation(residuals[1], weights[0]) / _STEPS)
    if fitting.shape == "runs":
        shape: Shape = Runs(dispersion=rounded(_dispersion(centres, outcomes, weights[1])))
    else:
        steps = (steps[0], inf)
        shape = Student(
            margin_sd=rounded(_deviation(residuals[0], weights[0])),
            margin_df=_FIRST_DEGREES,
            total_sd=rounded(_deviation(residuals[1], weights[1])),
        )
    seen = _histogram(centres, outcomes[0], weights[0], steps)
    for _ in range(_ROUNDS):
        shape = _reweighted(shape, fitting, seen, rounded)
    if isinstance(shape, Student):
        candidates: Iterable[Student] = (replace(shape, margin_df=each) for each in _DEGREES)
        shape = min(candidates, key=lambda each: _loss(each, seen))
        recent = _histogram(centres, outcomes[0], weights[1], steps)
        shape = replace(shape, margin_sd=rounded(shape.margin_sd * _spread(shape, recent)))
    return shape


def _deviation(residuals: Column, weights: Column) -> float:
    return float(np.sqrt(np.average(residuals**2, weights=weights)))


def _dispersion(centres: tuple[Column, Column], outcomes: tuple[Column, Column], weights: Column) -> float:
    """Return the excess of the variance of a team's score over a Poisson's, by the mean's square."""
    excess, squares = 0.0, 0.0
    for sign in (1, -1):
        expected = np.maximum((centres[1] + sign * centres[0]) / 2, 0.05)
        scored = (outcomes[1] + sign * outcomes[0]) / 2
        excess += float(np.sum(weights * ((scored - expected) ** 2 - expected)))
        squares += float(np.sum(weights * expected**2))
    return max(excess / squares, 1e-3)


def _histogram(
    centres: tuple[Column, Column], margins: Column, weights: Column, steps: tuple[float, float]
) -> Histogram:
    found: Histogram = defaultdict(lambda: defaultdict(float))
    places = np.round(centres[0] / steps[0]) * steps[0]
    totals = np.round(centres[1] / steps[1]) * steps[1] if isfinite(steps[1]) else np.zeros(len(margins))
    for place, total, margin, weight in zip(places, totals, margins, weights, strict=True):
        found[float(place), float(total)][int(margin)] += float(weight)
    return found


def _reweighted(shape: Shape, fitting: Fitting, seen: Histogram, rounded: Callable[[float], float]) -> Shape:
    window = fitting.reweighted + 1
    expected, observed = [0.0] * window, [0.0] * window
    for (margin, total), counts in seen.items():
        law = shape.margin(margin, total)
        games = sum(counts.values())
        for absolute in range(window):
            for points in {absolute, -absolute}:
                expected[absolute] += games * law.mass(points)
                observed[absolute] += counts.get(points, 0.0)
    factors = [(seen_ + _PRIOR) / (due + _PRIOR) for seen_, due in zip(observed, expected, strict=True)]
    if not fitting.tie_possible:
        factors[0] = 0.0
    before = shape.weights or (1.0,) * window
    return replace(shape, weights=tuple(rounded(old * new) for old, new in zip(before, factors, strict=True)))


def _spread(shape: Shape, seen: Histogram) -> float:
    """Return the root of how much larger the mean squared distance of margins from the centre is than expected."""
    expected, observed = 0.0, 0.0
    for (margin, total), counts in seen.items():
        law = shape.margin(margin, total)
        distances = [(points - margin) ** 2 for points in range(law.first, law.first + len(law.masses))]
        expected += sum(counts.values()) * sum(map(mul, distances, law.masses))
        observed += sum(weight * (points - margin) ** 2 for points, weight in counts.items())
    return sqrt(observed / expected)


def _loss(shape: Shape, seen: Histogram) -> float:
    summed = 0.0
    for (margin, total), counts in seen.items():
        law = shape.margin(margin, total)
        summed += sum(weight * law.log_score(points) for points, weight in counts.items())
    return summed
