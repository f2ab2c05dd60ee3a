"""Training of the model of games: a ridge for both centres, then scale and shape from what it leaves over.

The challenger adds boosted trees (LightGBM) that are fitted to the ridge's residuals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from pickvs.predictions.games.forecasting.rules import Artefact, Centre, Variant
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.training.examples import Column, Table
from pickvs.predictions.training.shapes import fit_shape
from pickvs.predictions.training.trees import exported, scores

type Kind = Literal["ridge", "boosted"]

_DIGITS = 12
"""Significant digits of what is stored. The last bits of a solution depend on the library that found it."""
_FEWEST_GAMES = 50

_SCHEDULE = ("home_back_to_back", "away_back_to_back", "home_rest", "away_rest", "home_dense", "away_dense")
_RATED = ("margin_rating", "elo_margin", *_SCHEDULE, "is_playoff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Features of a variant. Trees of a challenger also read `_SITUATION`."""

    margin: tuple[str, ...]
    total: tuple[str, ...]


INPUTS: Mapping[Variant, Inputs] = {
    "no-market": Inputs(margin=_RATED, total=("total_edge", *_SCHEDULE, "is_playoff")),
    "past-lines": Inputs(margin=("line_margin", *_RATED), total=("line_total_edge", "total_edge", "is_playoff")),
    "with-line": Inputs(
        margin=("market_margin", "moneyline_edge", "line_margin", "margin_rating"),
        total=("market_total_edge", "line_total_edge", "total_edge"),
    ),
}
"""What each variant reads. Totals are fitted as what is above the league's mean, so that they follow its drift."""

_TOTAL_LEVEL = "total_level"
_SITUATION = ("margin_rating_sd", "total_rating_sd", "season_progress", "is_playoff", "is_neutral")


def train(
    table: Table, variant: Variant, parameters: GameParameters, season: int, *, kind: Kind = "ridge", seed: int = 0
) -> Artefact:
    """Return a model for games of `season`, trained on a table of games before them.

    Older seasons count less, by the league's half-lives. The same table, season and seed give the same bytes. Raises
    ValueError if fewer than 50 games have what the variant needs.
    """
    inputs = INPUTS[variant]
    names = tuple(dict.fromkeys((*inputs.margin, *inputs.total, _TOTAL_LEVEL)))
    table = table.where(np.isfinite(table.matrix(names)).all(axis=1))
    if len(table) < _FEWEST_GAMES:
        raise ValueError(f"{len(table)} games with all features of {variant} are too few to train on")
    fitting = parameters.fitting
    weights = _weights(table, season, fitting.half_life)
    centres = {
        "margin": _ridge(table, inputs.margin, table.margin, weights, fitting.ridge),
        "total": _ridge(table, inputs.total, table.total, weights, fitting.ridge, offset=_TOTAL_LEVEL),
    }
    if kind == "boosted":
        read = tuple(dict.fromkeys((*inputs.margin, *inputs.total, *_SITUATION)))
        targets = {"margin": table.margin, "total": table.total}
        centres = {
            name: _boosted(table, read, centre, targets[name], weights, seed) for name, centre in centres.items()
        }
    shape = fit_shape(
        fitting,
        (_centred(table, centres["margin"]), _centred(table, centres["total"])),
        (table.margin, table.total),
        (weights, _weights(table, season, fitting.scale_half_life)),
        _rounded,
    )
    return Artefact(
        variant=variant,
        kind=kind,
        parameters=parameters,
        margin=centres["margin"],
        total=centres["total"],
        shape=shape,
        trained={
            "season": season,
            "games": len(table),
            "first_season": int(table.season.min()),
            "last_season": int(table.season.max()),
            "rows_sha256": table.fingerprint(names),
            "seed": seed,
        },
    )


def _weights(table: Table, season: int, half_life: float) -> Column:
    """Return how much each game counts: half as much for every half-life of seasons before `season`."""
    return np.asarray(0.5 ** ((season - table.season) / half_life), dtype=np.float64)


def _ridge(
    table: Table,
    names: Sequence[str],
    target: Column,
    weights: Column,
    penalty: float,
    offset: str | None = None,
) -> Centre:
    """Return the weighted least squares fit with a penalty on the weights of scaled features.

    The intercept is not penalised. A feature that never varied gets the weight 0. The offset has the weight 1.
    """
    features = table.matrix(names)
    averages = np.average(features, axis=0, weights=weights)
    deviations = np.sqrt(np.average((features - averages) ** 2, axis=0, weights=weights))
    varied = deviations > 1e-9  # noqa: PLR2004 - rounding of a constant column
    scale = np.where(varied, deviations, 1.0)
    scaled = np.where(varied, (features - averages) / scale, 0.0)
    aimed = target if offset is None else target - table.columns[offset]
    mean = float(np.average(aimed, weights=weights))
    normal = (scaled * weights[:, None]).T @ scaled + max(penalty, 1e-9) * np.eye(len(names))
    solution = np.linalg.solve(normal, (scaled * weights[:, None]).T @ (aimed - mean)) / scale
    found = {name: _rounded(float(each)) for name, each in zip(names, solution, strict=True)}
    known = {name: _rounded(float(each)) for name, each in zip(names, averages, strict=True)}
    spreads = {name: _rounded(float(each)) for name, each in zip(names, deviations, strict=True)}
    intercept = mean - sum(found[name] * known[name] for name in names)
    if offset is not None:
        found[offset] = 1.0
        level = table.columns[offset]
        known[offset] = _rounded(float(np.average(level, weights=weights)))
        spreads[offset] = _rounded(float(np.sqrt(np.average((level - known[offset]) ** 2, weights=weights))))
    return Centre(intercept=_rounded(intercept), weights=found, averages=known, deviations=spreads)


def _boosted(
    table: Table, names: tuple[str, ...], centre: Centre, target: Column, weights: Column, seed: int
) -> Centre:
    """Return a centre with trees on what it leaves over: few leaves, many games in each, and slow steps."""
    import lightgbm

    settings = {
        "objective": "regression",
        "num_leaves": 6,
        "min_data_in_leaf": min(300, len(table) // 20),
        "learning_rate": 0.05,
        "feature_fraction": 0.7,
        "lambda_l2": 10.0,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    rows = lightgbm.Dataset(table.matrix(names), target - _centred(table, centre), weight=weights)
    forest = exported(lightgbm.train(settings, rows, num_boost_round=100))
    return replace(centre, trees=forest, tree_features=names)


def _centred(table: Table, centre: Centre) -> Column:
    """Return a centre for every row, as `Centre.of` gives it."""
    summed = np.full(len(table), centre.intercept)
    for name, weight in centre.weights.items():
        summed += weight * table.columns[name]
    if centre.trees is not None:
        summed += scores(centre.trees, table.matrix(centre.tree_features))
    return summed


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
