"""Fits the laws around expectations: the overdispersion of counts and the errors of minutes."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, psi

from pickvs.predictions.players.forecasting.rules import (
    LARGEST_LOG_OVERDISPERSION,
    MEAN_SHIFT,
    SMALLEST_MEAN,
    CountLaw,
    ExposureLaw,
)
from pickvs.predictions.training.player_rows import Numbers

_CELLS = 1_500_000
"""Rows times counts in one evaluation of a fit. More rows are thinned evenly."""
_POISSON = 1e-9
_PENALTY = 1e-4
"""Of the squared weights of a law, so that a weight the rows do not tell stays small."""
_ROUNDS = 80
_LARGEST_SIZE = 12.0
LEVELS = (0.0, 0.01, 0.025, *(round(0.05 * step, 2) for step in range(1, 20)), 0.975, 0.99, 1.0)
_NODES = (0.05, 0.25, 0.5, 0.75, 0.95)
_SMALLEST_ERROR = 0.5
"""Minutes added to an error before its logarithm, so that a lucky expectation does not count as certainty."""


def crps_of_counts(mean: Numbers, overdispersion: Numbers, happened: Numbers) -> Numbers:
    """Return the CRPS of negative binomial forecasts, as `NegativeBinomial.crps` has it, for all rows at once."""
    mean, d = np.maximum(mean, SMALLEST_MEAN), np.maximum(overdispersion, _POISSON)
    deviation = np.sqrt(mean * (1 + d))
    last = int(max(happened.max(initial=0), (mean + 12 * deviation + 12 * d).max(initial=0))) + 1
    first = int(max(0, min(happened.min(initial=0), (mean - 12 * deviation).min(initial=0))))
    shape, share, step = mean / d, d / (1 + d), mean / (1 + d)
    logarithm = gammaln(first + shape) - gammaln(shape) - gammaln(first + 1)
    probability = np.exp(logarithm - shape * np.log1p(d) + first * np.log(share))
    total, score = np.zeros_like(mean), np.zeros_like(mean)
    for count in range(first, last + 1):
        total += probability
        score += (total - (happened <= count)) ** 2
        probability = probability * (count * share + step) / (count + 1)
    return score


def at_most(mean: Numbers, overdispersion: Numbers, count: Numbers) -> Numbers:
    """Return P(at most the count) of each row's negative binomial distribution; 0 below 0."""
    mean, d = np.maximum(mean, SMALLEST_MEAN), np.maximum(overdispersion, _POISSON)
    probability = np.exp(-mean / d * np.log1p(d))
    share, step, total = d / (1 + d), mean / (1 + d), np.zeros_like(mean)
    for each in range(int(count.max(initial=-1)) + 1):
        total += np.where(each <= count, probability, 0.0)
        probability = probability * (each * share + step) / (each + 1)
    return np.minimum(total, 1.0)


def fitted_count_law(mean: Numbers, spread: Numbers, happened: Numbers) -> CountLaw:
    """Return the most likely law for expectations and what happened, which must not have been fitted on it.

    Likelihood and not CRPS, because the law of least CRPS is too narrow: its intervals hold too little.
    """
    columns = np.stack([np.ones_like(mean), np.log(mean + MEAN_SHIFT), np.log1p(spread)], axis=1)
    mean = np.maximum(mean, SMALLEST_MEAN)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        sizes = columns @ weights
        d = np.exp(np.clip(sizes, -_LARGEST_SIZE, LARGEST_LOG_OVERDISPERSION))
        shape = mean / d
        likelihood = gammaln(happened + shape) - gammaln(shape) - shape * np.log1p(d)
        likelihood += happened * (np.log(d) - np.log1p(d))
        slope = (happened - mean) / (1 + d) - shape * (psi(happened + shape) - psi(shape) - np.log1p(d))
        slope = np.where(np.abs(sizes) < _LARGEST_SIZE, slope, 0.0)
        penalty = _PENALTY * weights * (np.arange(len(weights)) > 0)
        return float(penalty @ weights - likelihood.mean()), 2 * penalty - columns.T @ slope / len(mean)

    ratio = float(np.mean((happened - mean) ** 2) / np.mean(mean)) - 1
    found = minimize(loss, np.array([np.log(max(ratio, 0.02)), 0.0, 0.0]), jac=True, method="BFGS")
    intercept, by_mean, by_spread = (float(each) for each in found.x)
    return CountLaw(intercept=intercept, by_mean=by_mean, by_spread=by_spread)


def fitted_variance(mean: Numbers, happened: Numbers) -> tuple[float, float]:
    """Return a and b of least CRPS for the variance a * mean + b * mean^2, b not below 0: the law of the baseline.

    Source of fitting by a score: Gneiting, Raftery, JASA 102 (2007), section 9.
    """
    thin = max(1, round(len(mean) * (happened.max(initial=1) + 1) / _CELLS))
    mean, happened = mean[::thin], happened[::thin]
    ratio = max(0.1, float(np.mean((happened - mean) ** 2) / np.mean(mean)))

    def loss(weights: Numbers) -> float:
        overdispersion = variance_overdispersion(weights[0], abs(weights[1]), mean)
        return float(np.mean(crps_of_counts(mean, overdispersion, happened)))

    corners = np.array([[ratio, 0.0], [0.7 * ratio, 0.0], [0.8 * ratio, 0.1]])
    options = {"maxfev": _ROUNDS, "xatol": 1e-3, "fatol": 1e-7, "initial_simplex": corners}
    a, b = minimize(loss, corners[0], method="Nelder-Mead", options=options).x
    return float(a), float(abs(b))


def variance_overdispersion(a: float, b: float, mean: Numbers) -> Numbers:
    """Return the overdispersion of the variance a * mean + b * mean^2, at least Poisson's."""
    return np.maximum(a + b * mean - 1, 0.0)


def count_overdispersion(law: CountLaw, mean: Numbers, spread: Numbers) -> Numbers:
    """Return what `CountLaw.distribution` takes as overdispersion, for all rows at once."""
    sizes = law.intercept + law.by_mean * np.log(mean + MEAN_SHIFT) + law.by_spread * np.log1p(spread)
    overdispersion: Numbers = np.exp(np.minimum(sizes, LARGEST_LOG_OVERDISPERSION))
    return overdispersion


def fitted_exposure_law(expected: Numbers, spread: Numbers, happened: Numbers, most: float) -> ExposureLaw:
    """Return the law of minutes around expectations that were not fitted on them. most: no number will be above it."""
    columns = np.stack([np.ones_like(expected), np.log1p(expected), np.log1p(spread)], axis=1)
    sizes = np.log(np.abs(happened - expected) + _SMALLEST_ERROR)
    intercept, by_mean, by_spread = np.linalg.lstsq(columns, sizes, rcond=None)[0]
    scale = np.exp(columns @ np.array([intercept, by_mean, by_spread]))
    errors = (happened - expected) / scale
    shares = np.argsort(np.argsort(expected, kind="stable"), kind="stable") / max(1, len(expected) - 1)
    width = _NODES[2] - _NODES[1]
    table = [_weighted_quantiles(errors, np.maximum(0.0, 1 - np.abs(shares - node) / width)) for node in _NODES]
    nodes = np.quantile(expected, _NODES)
    distinct = [at for at in range(len(nodes)) if at == 0 or nodes[at] > nodes[at - 1]]
    return ExposureLaw(
        intercept=float(intercept),
        by_mean=float(by_mean),
        by_spread=float(by_spread),
        levels=LEVELS,
        nodes=tuple(float(nodes[at]) for at in distinct),
        table=tuple(table[at] for at in distinct),
        most=most,
    )


def _weighted_quantiles(numbers: Numbers, weights: Numbers) -> tuple[float, ...]:
    order = np.argsort(numbers, kind="stable")
    order = order[weights[order] > 0]
    cumulated = np.cumsum(weights[order])
    middles = (cumulated - weights[order] / 2) / cumulated[-1]
    return tuple(float(each) for each in np.interp(LEVELS, middles, numbers[order]))
