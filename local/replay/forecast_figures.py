"""What forecasts of games amount to, computed anew from what was published. Shares no code with the platform."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

EVEN = 0.5
BINS = 10
SPAN = 8
"""Standard deviations on each side of the mean that a distribution spans."""
NEWTON_STEPS = 40


@dataclass(frozen=True, slots=True)
class Published:
    """A forecast that counts. home_win: probability. distribution: as stored. points: the result, home and away."""

    game: object
    contestant: str
    home_win: float
    distribution: Mapping[str, Any] | None
    points: tuple[int, int]

    @property
    def home_won(self) -> bool:
        """Whether the home team won."""
        return self.points[0] > self.points[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A contestant's figures, as the board shows them. The scores of distributions are None without one."""

    games: int
    log_loss: float
    brier: float
    accuracy: float
    ece: float
    slope: float
    bias: float
    margin_crps: float | None
    total_crps: float | None


def loss(forecast: Published) -> float:
    """Return the log loss of a forecast, in nats."""
    return -math.log(forecast.home_win if forecast.home_won else 1 - forecast.home_win)


def figures(forecasts: Sequence[Published]) -> Figures:
    """Return the figures of a contestant. forecasts: at least one, none of them certain, no game tied."""
    chances = [(each.home_win, each.home_won) for each in forecasts]
    laws = [each for each in forecasts if each.distribution is not None]
    return Figures(
        games=len(forecasts),
        log_loss=fmean(map(loss, forecasts)),
        brier=fmean((chance - won) ** 2 for chance, won in chances),
        accuracy=fmean((chance > EVEN) == won for chance, won in chances),
        ece=_calibration_error(chances),
        slope=_slope(chances),
        bias=fmean(chance - won for chance, won in chances),
        margin_crps=fmean(map(_margin_crps, laws)) if laws else None,
        total_crps=fmean(map(_total_crps, laws)) if laws else None,
    )


def gap(ours: Iterable[Published], theirs: Iterable[Published]) -> float | None:
    """Return the mean difference of log loss on the games of both. None without such a game."""
    known = {each.game: loss(each) for each in theirs}
    differences = [loss(each) - known[each.game] for each in ours if each.game in known]
    return fmean(differences) if differences else None


def _calibration_error(chances: Sequence[tuple[float, bool]]) -> float:
    """Return the distance of forecast to frequency in ten bins, weighted by the bins' games."""
    bins: dict[int, list[float]] = {}
    for chance, won in chances:
        bins.setdefault(min(int(chance * BINS), BINS - 1), []).append(chance - won)
    return sum(abs(math.fsum(each)) for each in bins.values()) / len(chances)


def _slope(chances: Sequence[tuple[float, bool]]) -> float:
    """Return the slope of the logistic of the result on the logit of the probability, by Newton's method.

    Not a number if the games determine none.
    """
    rows = [(math.log(chance / (1 - chance)), won) for chance, won in chances]
    level, slope = 0.0, 1.0
    for _ in range(NEWTON_STEPS):
        gradient, hessian = [0.0, 0.0], [0.0, 0.0, 0.0]
        for x, won in rows:
            chance = 1 / (1 + math.exp(-max(-500.0, min(500.0, level + slope * x))))
            weight = chance * (1 - chance)
            gradient[0] += won - chance
            gradient[1] += (won - chance) * x
            hessian[0] += weight
            hessian[1] += weight * x
            hessian[2] += weight * x * x
        determinant = hessian[0] * hessian[2] - hessian[1] ** 2
        if determinant <= 0:
            return math.nan
        step = (
            (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant,
            (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant,
        )
        level, slope = level + step[0], slope + step[1]
        if max(map(abs, step)) < 1e-10:  # noqa: PLR2004 - far below what is shown
            return slope
    return math.nan


def _margin_crps(forecast: Published) -> float:
    law, shape = forecast.distribution or {}, (forecast.distribution or {})["shape"]
    df, mean = shape["margin_df"], law["margin_mean"]
    scale = shape["margin_sd"] * math.sqrt((df - 2) / df)
    weights = shape["weights"]

    def density(points: int) -> float:
        factor = weights[abs(points)] if abs(points) < len(weights) else 1.0
        return float(factor * math.exp(-(df + 1) / 2 * math.log1p(((points - mean) / scale) ** 2 / df)))

    return _crps(mean, shape["margin_sd"], density, forecast.points[0] - forecast.points[1])


def _total_crps(forecast: Published) -> float:
    law, shape = forecast.distribution or {}, (forecast.distribution or {})["shape"]
    mean, sd = law["total_mean"], shape["total_sd"]
    return _crps(mean, sd, lambda points: math.exp(-(((points - mean) / sd) ** 2) / 2), sum(forecast.points))


def _crps(mean: float, sd: float, density: Callable[[int], float], outcome: int) -> float:
    """Return the CRPS as the mean distance to the outcome, less half the mean distance of two draws.

    Gneiting and Raftery, Strictly Proper Scoring Rules, 2007, equation 21.
    """
    values = range(math.floor(mean - SPAN * sd), math.ceil(mean + SPAN * sd) + 1)
    weights = [density(value) for value in values]
    whole = math.fsum(weights)
    apart = math.fsum(weight * abs(value - outcome) for value, weight in zip(values, weights, strict=True)) / whole
    # The mean distance of two draws is twice the sum of F (1 - F) over the whole numbers.
    below = spread = 0.0
    for weight in weights:
        below += weight / whole
        spread += below * (1 - below)
    return apart - spread
