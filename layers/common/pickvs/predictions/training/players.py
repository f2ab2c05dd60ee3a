"""Trains the players' models: boosted trees on a linear part, and the linear part alone as the challenger.

Stage one expects exposure (minutes), stage two each statistic with the expected exposure as an input. Stage two learns
from exposures that were expected without the rows of the same day, as they are live, and the law of minutes is fitted
on the errors of the same. The laws of counts are fitted on the last fifth of the span, with expectations from the rest.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from pickvs.predictions.leagues.players import MINUTES
from pickvs.predictions.players.forecasting.rules import (
    FORMAT,
    IDENTITY,
    KIND,
    LARGEST_LOG,
    LOG,
    SMALLEST_MEAN,
    CountLaw,
)
from pickvs.predictions.players.rules import feature_names
from pickvs.predictions.training.forests import Table
from pickvs.predictions.training.player_laws import fitted_count_law, fitted_exposure_law
from pickvs.predictions.training.player_parts import (
    Inputs,
    Part,
    exposure_name,
    extended,
    known_mean,
    spread_of,
    transformed,
)
from pickvs.predictions.training.player_rows import Numbers, Rows
from pickvs.predictions.trees.rules import Forest

FEWEST_ROWS, FEWEST_DAYS = 500, 20
_FOLDS = 4
_LAW_SHARE = 0.2
_MOST_STEPS, _SMALLEST_STEP = 12, 1e-9
"""Of the iterated least squares: it ends when no weight of a standardised column moves by more, usually after six."""
_LARGEST_EXPOSURE = 1.1
"""Of the largest exposure in the rows: above it no minutes are forecast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What is not learnt. Chosen on October to January of 2023-24, by CRPS of January.

    trees, leaves, rate, rows_in_leaf, share, shrinkage: of the forests: trees (`exposure_trees` in stage one), leaves
    of a tree, learning rate, fewest rows in a leaf, share of features tried by a tree, L2 penalty. ridge: L2 penalty of
    a linear part's standardised weights, in rows. huber: errors of exposure that count in full, as a multiple of their
    standard deviation. No trees make the linear challenger.
    """

    trees: int = 80
    exposure_trees: int = 160
    leaves: int = 8
    rate: float = 0.04
    rows_in_leaf: int = 100
    share: float = 0.4
    shrinkage: float = 5.0
    ridge: float = 30.0
    huber: float = 1.0
    seed: int = 1


LINEAR = Parameters(trees=0, exposure_trees=0)
"""The challenger: ridge regressions without trees."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """A trained model as canonical bytes of JSON, and their SHA-256 in hex. The same rows and seed give the same."""

    document: dict[str, Any]
    content: bytes
    sha256: str


def train(rows: Rows, parameters: Parameters | None = None) -> Artefact:
    """Return the model of all statistics that a league forecasts.

    Raises ValueError for fewer than 500 rows or 20 days.
    """
    days = len(np.unique(rows.days))
    if len(rows) < FEWEST_ROWS or days < FEWEST_DAYS:
        found = f"{len(rows)} rows of players on {days} days"
        raise ValueError(f"{found} are too few to train on; it takes {FEWEST_ROWS} on {FEWEST_DAYS}")
    parameters, league = parameters or Parameters(), rows.league
    table = _table(rows, parameters)
    exposure, expected = _exposure(rows, table, parameters)
    missing_sd = known_mean(rows.feature("exposure_sd"))
    laws = _count_laws(rows, parameters)
    law = None
    if MINUTES in league.forecast:
        happened = rows.outcome(MINUTES)
        most = _LARGEST_EXPOSURE * float(happened.max())
        law = asdict(fitted_exposure_law(expected, spread_of(rows, expected, missing_sd), happened, most))
    document = {
        "kind": KIND,
        "format": FORMAT,
        "sport": league.sport,
        "features": list(feature_names(league)),
        "exposure": exposure.document() | {"name": exposure_name(league), "missing_sd": missing_sd, "law": law},
        "statistics": {
            name: _count(rows, table, name, expected, parameters).document() | {"law": asdict(law)}
            for name, law in laws.items()
        },
        "training": {
            "rows": len(rows),
            "first_day": date.fromordinal(int(rows.days[0])).isoformat(),
            "last_day": date.fromordinal(int(rows.days[-1])).isoformat(),
            "parameters": asdict(parameters),
        },
    }
    content = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    return Artefact(document, content, hashlib.sha256(content).hexdigest())


def _count_laws(rows: Rows, parameters: Parameters) -> dict[str, CountLaw]:
    """Return the law of each count: expectations learnt from the first rows, errors seen in the last fifth."""
    border = int(np.quantile(rows.days, 1 - _LAW_SHARE, method="higher"))
    first, last = rows.before(border), rows.since(border)
    table = _table(first, parameters)
    exposure, out_of_fold = _exposure(first, table, parameters)
    expected = exposure.mean(Inputs(last.features))
    spread = spread_of(last, expected, known_mean(first.feature("exposure_sd")))
    laws = {}
    for name in rows.league.forecast:
        if name != MINUTES:
            mean = _count(first, table, name, out_of_fold, parameters).mean(extended(last, name, expected))
            laws[name] = fitted_count_law(mean, spread, last.outcome(name))
    return laws


def _exposure(rows: Rows, table: Table, parameters: Parameters) -> tuple[Part, Numbers]:
    """Return the expectation of exposure, and for each row what it is without the rows of his and every fourth day."""
    part = _exposure_part(rows, table, parameters)
    expected, fold = np.empty(len(rows)), rows.days % _FOLDS
    for each in range(_FOLDS):
        left_out = fold == each
        if not left_out.any():
            continue
        without = _alone(rows.where(~left_out), parameters)
        expected[left_out] = without.mean(Inputs(rows.features[left_out]))
    return part, expected


def _alone(rows: Rows, parameters: Parameters) -> Part:
    """Return the expectation of exposure from rows that nothing else is learnt from."""
    return _exposure_part(rows, _table(rows, parameters), parameters)


def _exposure_part(rows: Rows, table: Table, parameters: Parameters) -> Part:
    name = exposure_name(rows.league)
    names = feature_names(rows.league)
    plain = [f"{block}.{name}" for block in ("mean_2", "mean_6", "mean_20", "season", "last_5")]
    plain += ["last_exposure", "median_exposure", "lowest_exposure", "highest_exposure", "vacated.exposure"]
    plain += ["started", "exposure_sd", "missed", "is_home", "is_playoff", "margin", "opponent_margin"]
    choices: list[tuple[int, float | None]] = [(names.index(each), None) for each in plain]
    choices += [(names.index(each), 1.0) for each in ("rest", "career")]
    happened = rows.outcome(name)
    inputs = Inputs(rows.features)
    terms, columns = _standardised(inputs, choices)
    centre = float(happened.mean())
    penalty = parameters.ridge * np.eye(columns.shape[1])
    weights = np.linalg.solve(columns.T @ columns + penalty, columns.T @ (happened - centre))
    part = _part(IDENTITY, centre, terms, weights, rows.features.shape[1])
    residual = happened - part.linear(inputs)
    spread = {"objective": "huber", "alpha": parameters.huber * float(residual.std())}
    return replace(part, forest=table.forest(residual, None, parameters.exposure_trees, spread))


def _count(rows: Rows, table: Table, name: str, exposures: Numbers, parameters: Parameters) -> Part:
    """Return the expectation of a count, learnt with the exposures that were expected for each row."""
    exposure, names = exposure_name(rows.league), feature_names(rows.league)
    happened, inputs = rows.outcome(name), extended(rows, name, exposures)
    shift = 0.15 * float(happened.mean()) + SMALLEST_MEAN
    width = len(names)
    blocks = ("mean_2", "mean_6", "mean_20", "season", "last_5", "projected")
    choices: list[tuple[int, float | None]] = [(names.index(f"{block}.{name}"), shift) for block in blocks]
    choices += [(width, 1.0), (width + 1, shift), (width + 2, shift)]
    choices += [(names.index(f"{block}.{exposure}"), 1.0) for block in ("mean_2", "mean_6", "mean_20", "season")]
    choices += [(names.index(f"allowed.{name}"), 0.05), (names.index("pace"), 1.0), (names.index("opponent_pace"), 1.0)]
    choices += [(names.index("rest"), 1.0), (names.index("career"), 1.0)]
    plain = ("vacated.exposure", f"vacated.{name}", "is_home", "started", "exposure_sd", "missed")
    choices += [(names.index(each), None) for each in (*plain, "margin", "opponent_margin")]
    terms, columns = _standardised(inputs, choices)
    intercept, weights = _poisson(columns, happened, parameters.ridge)
    part = _part(LOG, intercept, terms, weights, width)
    offset = np.minimum(part.linear(inputs), LARGEST_LOG)
    return replace(part, forest=table.forest(happened, offset, parameters.trees, {"objective": "poisson"}))


def _part(
    link: str,
    intercept: float,
    terms: list[tuple[int, float | None, float, float, float]],
    weights: Numbers,
    width: int,
) -> Part:
    """Return a part without trees from weights of standardised columns; terms have column, shift, missing, mean, sd."""
    intercept -= float(sum(weight * mean / sd for weight, (*_, mean, sd) in zip(weights, terms, strict=True)))
    plain = [(*term[:3], float(weight / term[4])) for weight, term in zip(weights, terms, strict=True)]
    nothing: tuple[()] = ()
    forest = Forest(
        features=width,
        roots=nothing,
        feature=nothing,
        threshold=nothing,
        left=nothing,
        right=nothing,
        missing=nothing,
        value=nothing,
    )
    return Part(link=link, intercept=intercept, terms=plain, forest=forest)


def _standardised(
    inputs: Inputs, choices: list[tuple[int, float | None]]
) -> tuple[list[tuple[int, float | None, float, float, float]], Numbers]:
    """Return for each choice its column, shift, what stands for missing, mean and deviation; and the columns.

    A choice that is the same in all rows is left out.
    """
    terms, columns = [], []
    for column, shift in choices:
        missing = known_mean(inputs.column(column))
        numbers = transformed(inputs.column(column), shift, missing)
        mean, deviation = float(numbers.mean()), float(numbers.std())
        if deviation > 1e-9 * (1 + abs(mean)):
            terms.append((column, shift, missing, mean, deviation))
            columns.append((numbers - mean) / deviation)
    return terms, np.column_stack(columns)


def _poisson(columns: Numbers, happened: Numbers, ridge: float) -> tuple[float, Numbers]:
    """Return intercept and weights of a ridge Poisson regression, by iterated least squares.

    Source: McCullagh, Nelder, Generalized Linear Models, 2nd edition, section 2.5.
    """
    design = np.column_stack([np.ones(len(columns)), columns])
    penalty = np.diag([0.0, *([ridge] * columns.shape[1])])
    weights = np.zeros(design.shape[1])
    weights[0] = np.log(max(float(happened.mean()), SMALLEST_MEAN))
    for _ in range(_MOST_STEPS):
        linear = np.clip(design @ weights, -LARGEST_LOG, LARGEST_LOG)
        mean = np.exp(linear)
        weighed = design * mean[:, None]
        before = weights
        weights = np.linalg.solve(design.T @ weighed + penalty, weighed.T @ (linear + (happened - mean) / mean))
        if np.abs(weights - before).max() < _SMALLEST_STEP:
            break
    return float(weights[0]), weights[1:]


def _table(rows: Rows, parameters: Parameters) -> Table:
    """Return the table that the forests of these rows are grown on."""
    options = {
        "learning_rate": parameters.rate,
        "num_leaves": parameters.leaves,
        "min_data_in_leaf": min(parameters.rows_in_leaf, max(5, len(rows) // 50)),
        "feature_fraction": parameters.share,
        "lambda_l2": parameters.shrinkage,
        "max_bin": 63,
        "seed": parameters.seed,
    }
    return Table(rows.features, options)
