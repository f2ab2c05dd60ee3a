"""The first model of a league, made of its parameters alone, so that a new stage forecasts on its first day. Pure.

It trusts the ratings as they are, and says how little it knows: its scale is that of a game plus that of two teams
never seen. It learns from results as every model does, because its ratings do. The first trained one takes its place.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Any

from pickvs.predictions.distributions.rules import Runs, Shape, Student
from pickvs.predictions.games.forecasting.rules import Artefact, Centre, Variant
from pickvs.predictions.leagues.players import MINUTES, PlayerLeague
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.players.forecasting.rules import FORMAT, IDENTITY, KIND, LOG

NOTE = "made of published parameters; nothing was trained"
RECIPE = "bootstrap"

_DEGREES = 14.0
_TIE_WEIGHT = 0.1
"""Where a tie is possible, overtime leaves about a tenth of those that a smooth law expects (NFL since 1974)."""
_LINE_SHARE = 0.75
"""Weight of past closing lines beside results, of which they know most: Lopez, Matthews, Baumer (2018)."""
_UNKNOWN_EXPOSURE, _UNKNOWN_SPREAD = 0.5, 0.35
"""Of a player never seen: his exposure as a share of a regular's, and its deviation as a share of that exposure."""
_SMALL = 0.05
_OVERDISPERSION = -1.05
"""Logarithm of the overdispersion of a count with a mean of about 1. With the growth below it is 3 at 20 points."""
_OVERDISPERSION_BY_MEAN = 0.75
_LEVELS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
_NORMAL = (-4.0, -1.645, -0.674, 0.0, 0.674, 1.645, 4.0)
"""Quantiles of the standard normal at these levels, cut at four deviations."""
_MOST_MINUTES = 63.0
"""Three overtimes."""


def games_artefact(parameters: GameParameters, variant: Variant) -> Artefact:
    """Return the model of a league's games for a variant."""
    weights: dict[str, float]
    totals: dict[str, float] = {"total_level": 1.0}
    match variant:
        case "no-market":
            weights = {"margin_rating": 1.0}
            totals["total_edge"] = 1.0
        case "past-lines":
            weights = {"line_margin": _LINE_SHARE, "margin_rating": 1 - _LINE_SHARE}
            totals |= {"line_total_edge": _LINE_SHARE, "total_edge": 1 - _LINE_SHARE}
        case _:
            weights = {"market_margin": 1.0}
            totals["market_total_edge"] = 1.0
    home = parameters.filters["margin"].level
    return Artefact(
        variant=variant,
        kind=RECIPE,
        parameters=parameters,
        margin=Centre(intercept=0.0, weights=weights, averages=dict.fromkeys(weights, home), deviations=_ones(weights)),
        total=Centre(intercept=0.0, weights=totals, averages=dict.fromkeys(totals, 0.0), deviations=_ones(totals)),
        shape=shape(parameters, rated=variant == "with-line"),
        trained={"note": NOTE, "games": 0},
    )


def shape(parameters: GameParameters, *, rated: bool) -> Shape:
    """Return scale and shape of a league's games. rated: the centre comes from a market, not from unrated teams."""
    fitting, filters = parameters.fitting, parameters.filters
    weights = (_TIE_WEIGHT if fitting.tie_possible else 0.0,)
    margin, total = filters["margin"], filters["total"]
    unknown = 0.0 if rated else 2.0
    if fitting.shape == "runs":
        mean = total.level / 2
        variance = (total.noise + unknown * total.rating_variance) / 2
        return Runs(dispersion=max((variance - mean) / mean**2, 1e-3), weights=weights)
    return Student(
        margin_sd=sqrt(margin.noise + unknown * margin.rating_variance),
        margin_df=_DEGREES,
        total_sd=sqrt(total.noise + unknown * total.rating_variance),
        weights=weights,
    )


def _ones(weights: Mapping[str, float]) -> dict[str, float]:
    """Return a deviation for each feature. None was measured; a unit says that much in each feature's own unit."""
    return dict.fromkeys(weights, 1.0)


def players_document(league: PlayerLeague, features: tuple[str, ...]) -> Mapping[str, Any]:
    """Return the model of a league's players: recent exposure times the rate of recent games.

    features: the names that `players.rules.feature_names` gives for the league.
    """
    name = MINUTES if league.timed else "exposure"
    index = {each: at for at, each in enumerate(features)}
    usual = _UNKNOWN_EXPOSURE * league.regular_exposure
    nothing = {
        "features": len(features),
        "roots": [],
        "feature": [],
        "threshold": [],
        "left": [],
        "right": [],
        "missing": [],
        "value": [],
    }
    law = {
        "intercept": 0.0,
        "by_mean": 0.5,  # the deviation of minutes grows about with the root of their mean
        "by_spread": 0.0,
        "levels": list(_LEVELS),
        "nodes": [usual],
        "table": [[1.2 * each for each in _NORMAL]],
        "most": _MOST_MINUTES,
    }
    expected_at_recent_rate = len(features) + 1
    return {
        "kind": KIND,
        "format": FORMAT,
        "sport": league.sport,
        "training": {"note": NOTE, "rows": 0},
        "features": list(features),
        "exposure": {
            "name": name,
            "link": IDENTITY,
            "intercept": 0.0,
            "terms": [[index[f"mean_6.{name}"], None, usual, 1.0]],
            "forest": nothing,
            "missing_sd": _UNKNOWN_SPREAD * usual,
            "law": law if MINUTES in league.forecast else None,
        },
        "statistics": {
            each: {
                "link": LOG,
                "intercept": 0.0,
                "terms": [[expected_at_recent_rate, _SMALL, _SMALL, 1.0]],
                "forest": nothing,
                "law": {"intercept": _OVERDISPERSION, "by_mean": _OVERDISPERSION_BY_MEAN, "by_spread": 0.5},
            }
            for each in league.forecast
            if each != MINUTES
        },
    }
