"""How good forecasts of players are, beside simple averages, on rows that came after those trained on."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pickvs.predictions.leagues.players import MINUTES
from pickvs.predictions.players.forecasting.rules import SMALLEST_MEAN, CountLaw, load
from pickvs.predictions.players.rules import feature_names
from pickvs.predictions.training.player_laws import (
    at_most,
    count_overdispersion,
    crps_of_counts,
    fitted_variance,
    variance_overdispersion,
)
from pickvs.predictions.training.player_parts import Expectations, expectations, exposure_name
from pickvs.predictions.training.player_rows import Numbers, Rows

INTERVALS = (0.5, 0.8, 0.9)
SEASON, LAST_5, EWMA, LINEAR_MEAN, LINEAR_MEDIAN, MEAN, MEDIAN = (
    *("season average", "last 5", "EWMA 6", "ridge mean", "ridge median", "mean", "median"),
)
MODEL, RIDGE, EWMA_PAST, EWMA_FAVOURED = "model", "ridge", "EWMA + NB", "EWMA + NB, fitted on the rows tested"
_LAW_SHARE = 0.2
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """How often what happened was inside an interval of probability `level`."""

    level: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """How much smaller the model's mean CRPS is than another's, as a share of it, with the standard error."""

    share: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticFigures:
    """One statistic.

    mae, regular_mae: mean absolute error by forecast, of all rows and of regular players. crps, regular_crps: by
    distribution. gain, gain_past: against the baseline whose dispersion was fitted on the rows tested, in its favour,
    and against the one fitted on the past alone. cover: of the model's central intervals.
    """

    mae: Mapping[str, float]
    regular_mae: Mapping[str, float]
    crps: Mapping[str, float]
    regular_crps: Mapping[str, float]
    gain: Gain
    gain_past: Gain
    cover: tuple[Cover, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerFigures:
    """All statistics, with the rows trained on, tested on, and tested of players with a regular expected exposure."""

    sport: str
    trained: int
    tested: int
    regular: int
    statistics: Mapping[str, StatisticFigures]


@dataclass(frozen=True, slots=True)
class _Scored:
    mean: Numbers
    median: Numbers
    crps: Numbers
    below: Numbers
    """P(less than what happened) and P(at most what happened): equal where a number is continuous."""
    until: Numbers


def evaluate(model: Mapping[str, Any], ridge: Mapping[str, Any], trained: Rows, tested: Rows) -> PlayerFigures:
    """Return the figures of two artefacts' documents, trained on the same rows, on later ones.

    The baseline is the mean of half-life 6 with a negative binomial of variance a * mean + b * mean^2, once with the a
    and b of least CRPS on the last fifth of the rows trained on, once of least CRPS on the very rows tested. A player's
    first game is forecast by the mean of the rows trained on.

    Raises ValueError if there are no rows to test on, or if they do not come after those trained on.
    """
    if not len(tested):
        raise ValueError("there are no rows of players to test on")
    if trained.days.max() >= tested.days.min():
        raise ValueError("the rows tested on must be of later days than the rows trained on")
    league, exposure = tested.league, exposure_name(tested.league)
    expected = tested.feature(f"mean_6.{exposure}")
    regular = np.nan_to_num(expected, nan=0.0) >= league.regular_exposure
    of_model, of_ridge = expectations(model, tested), expectations(ridge, tested)
    last = trained.since(int(np.quantile(trained.days, 1 - _LAW_SHARE, method="higher")))
    statistics = {}
    for name in league.forecast:
        happened, fallback = tested.outcome(name), float(trained.outcome(name).mean())
        own = _scored(model, of_model, name, tested)
        linear = _scored(ridge, of_ridge, name, tested)
        ewma = _average(tested, "mean_6", name, fallback)
        past = fitted_variance(_average(last, "mean_6", name, fallback), last.outcome(name))
        crps = {
            MODEL: own.crps,
            RIDGE: linear.crps,
            EWMA_PAST: crps_of_counts(ewma, variance_overdispersion(*past, ewma), happened),
            EWMA_FAVOURED: crps_of_counts(
                ewma, variance_overdispersion(*fitted_variance(ewma, happened), ewma), happened
            ),
        }
        errors = {
            SEASON: np.abs(_average(tested, "season", name, fallback) - happened),
            LAST_5: np.abs(_average(tested, "last_5", name, fallback) - happened),
            EWMA: np.abs(ewma - happened),
            LINEAR_MEAN: np.abs(linear.mean - happened),
            LINEAR_MEDIAN: np.abs(linear.median - happened),
            MEAN: np.abs(own.mean - happened),
            MEDIAN: np.abs(own.median - happened),
        }
        statistics[name] = StatisticFigures(
            mae=_means(errors),
            regular_mae=_means(errors, regular),
            crps=_means(crps),
            regular_crps=_means(crps, regular),
            gain=_gain(crps[MODEL], crps[EWMA_FAVOURED]),
            gain_past=_gain(crps[MODEL], crps[EWMA_PAST]),
            cover=tuple(Cover(level=level, share=_cover(own, level)) for level in INTERVALS),
        )
    return PlayerFigures(
        sport=league.sport,
        trained=len(trained),
        tested=len(tested),
        regular=int(regular.sum()),
        statistics=statistics,
    )


def _scored(document: Mapping[str, Any], expected: Expectations, name: str, rows: Rows) -> _Scored:
    happened = rows.outcome(name)
    if name == MINUTES:
        law = load(document, feature_names(rows.league)).exposure_law
        if law is None:
            raise ValueError("the artefact has no law of minutes")
        pairs = zip(expected.exposure.tolist(), expected.spread.tolist(), strict=True)
        found = [law.distribution(exposure, spread) for exposure, spread in pairs]
        numbers = happened.tolist()
        until = np.array([each.at_most(number) for each, number in zip(found, numbers, strict=True)])
        crps = np.array([each.crps(number) for each, number in zip(found, numbers, strict=True)])
        means = np.array([each.mean for each in found])
        return _Scored(means, np.array([each.median for each in found]), crps, until, until)
    mean = expected.means[name]
    overdispersion = count_overdispersion(CountLaw(**document["statistics"][name]["law"]), mean, expected.spread)
    return _Scored(
        mean,
        _medians(mean, overdispersion),
        crps_of_counts(mean, overdispersion, happened),
        at_most(mean, overdispersion, happened - 1),
        at_most(mean, overdispersion, happened),
    )


def _medians(mean: Numbers, overdispersion: Numbers) -> Numbers:
    """Return the smallest count of each row that is not exceeded with probability 0.5."""
    low, high = np.full(len(mean), -1.0), np.ceil(2 * mean) + 1
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        enough = at_most(mean, overdispersion, middle) >= _HALF
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def _average(rows: Rows, block: str, name: str, fallback: float) -> Numbers:
    """Return a plain average as of each row's day. fallback: for a player's first game."""
    average = rows.feature(f"{block}.{name}")
    known: Numbers = np.maximum(np.where(np.isnan(average), fallback, average), SMALLEST_MEAN)
    return known


def _means(numbers: Mapping[str, Numbers], chosen: NDArray[np.bool_] | None = None) -> dict[str, float]:
    if chosen is None:
        return {name: float(each.mean()) for name, each in numbers.items()}
    return {name: float(each[chosen].mean()) if chosen.any() else float("nan") for name, each in numbers.items()}


def _gain(model: Numbers, other: Numbers) -> Gain:
    base = float(other.mean())
    error = float((other - model).std(ddof=1)) / sqrt(len(other)) if len(other) > 1 else float("nan")
    return Gain(share=1 - float(model.mean()) / base, error=error / base) if base else Gain(share=0.0, error=0.0)


def _cover(scored: _Scored, level: float) -> float:
    """Return the cover of the central interval, counting the part of a count's probability that lies inside.

    A count fills a whole range of probability, from P(less) to P(at most), so whether it is inside an interval between
    two probabilities is a matter of degree. Source: Czado, Gneiting, Held, Biometrics 65 (2009), non-randomised PIT.
    """
    low, high = (1 - level) / 2, (1 + level) / 2
    width = scored.until - scored.below
    inside = np.minimum(scored.until, high) - np.maximum(scored.below, low)
    shares = np.divide(np.maximum(inside, 0.0), width, out=np.zeros_like(width), where=width > 0)
    point = (scored.until >= low) & (scored.until <= high)
    return float(np.where(width > 0, shares, point).mean())
