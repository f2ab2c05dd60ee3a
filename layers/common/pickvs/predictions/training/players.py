"""Trains the players' models: boosted trees on a linear part, and the linear part alone as the challenger.

Stage one expects exposure (minutes), stage two each statistic with the expected exposure as an input. Stage two learns
from exposures that were expected without the row's own day, as they are live. The laws around the expectations are
fitted on the last fifth of the span, with expectations from the first four fifths.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any

import lightgbm
import numpy as np

from pickvs.predictions.leagues.players import MINUTES, PlayerLeague
from pickvs.predictions.players.forecasting.rules import FORMAT, IDENTITY, KIND, LARGEST_LOG, LOG, SMALLEST_EXPOSURE
from pickvs.predictions.players.forecasting.rules import SMALLEST_MEAN, CountLaw, ExposureLaw
from pickvs.predictions.players.rules import feature_names
from pickvs.predictions.training.player_laws import fitted_count_law, fitted_exposure_law
from pickvs.predictions.training.player_rows import Numbers, Rows
from pickvs.predictions.training.trees import exported, scores
from pickvs.predictions.trees.rules import Forest

FEWEST_ROWS = 500
_FOLDS = 4
_LAW_SHARE = 0.2
_LARGEST_EXPOSURE = 1.1
"""Of the largest exposure in the rows: above it no minutes are forecast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What is not learnt. Chosen on October to January of 2023-24, by CRPS of January.

    trees, leaves, rate, rows_in_leaf, share, shrinkage: of the forests: how many trees (`exposure_trees` in stage one),
    leaves of a tree, learning rate, fewest rows in a leaf, share of features tried by a tree, L2 penalty. ridge: L2
    penalty of a linear part's standardised weights, in rows. trees = 0 makes the linear challenger.
    """

    trees: int = 80
    exposure_trees: int = 160
    leaves: int = 8
    rate: float = 0.04
    rows_in_leaf: int = 100
    share: float = 0.4
    shrinkage: float = 5.0
    ridge: float = 30.0
    huber: float = 1.3
    seed: int = 1


LINEAR = Parameters(trees=0, exposure_trees=0)
"""The challenger: ridge regressions without trees."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """A trained model as canonical bytes of JSON, and their SHA-256 in hex. The same rows and seed give the same."""

    document: dict[str, Any]
    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A linear part in the form of an artefact: the mean of `column` is its intercept and terms, then the forest."""

    link: str
    intercept: float
    terms: list[tuple[int, float | None, float, float]]
    forest: Forest

    def linear(self, rows: Numbers) -> Numbers:
        total = np.full(len(rows), self.intercept)
        for column, shift, missing, weight in self.terms:
            total += weight * _transformed(rows[:, column], shift, missing)
        return total

    def mean(self, rows: Numbers, width: int) -> Numbers:
        total = self.linear(rows) + scores(self.forest, rows[:, :width])
        if self.link == LOG:
            return np.maximum(SMALLEST_MEAN, np.exp(np.minimum(total, LARGEST_LOG)))
        return np.maximum(SMALLEST_EXPOSURE, total)

    def document(self) -> dict[str, Any]:
        terms = [list(term) for term in self.terms]
        forest = self.forest.to_json()
        return {"link": self.link, "intercept": self.intercept, "terms": terms, "forest": forest}


def train(rows: Rows, parameters: Parameters | None = None) -> Artefact:
    """Return the model of all statistics that a league forecasts.

    Raises ValueError for fewer than 500 rows.
    """
    if len(rows) < FEWEST_ROWS:
        raise ValueError(f"{len(rows)} rows of players are too few to train on; it takes {FEWEST_ROWS}")
    parameters, league = parameters or Parameters(), rows.league
    border = int(np.quantile(rows.days, 1 - _LAW_SHARE, method="higher"))
    laws = _laws(rows.before(border), rows.since(border), parameters)
    exposure, oof = _exposure(rows, parameters, out_of_fold=True)
    missing_sd = _mean(rows.feature("exposure_sd"))
    document = {
        "kind": KIND,
        "format": FORMAT,
        "sport": league.sport,
        "features": list(feature_names(league)),
        "exposure": exposure.document()
        | {"name": exposure_name(league), "missing_sd": missing_sd, "law": _law(laws.get(MINUTES))},
        "statistics": {
            name: _count(rows, name, oof, parameters).document() | {"law": _law(laws[name])}
            for name in league.forecast
            if name != MINUTES
        },
        "training": {
            "rows": len(rows),
            "first_day": int(rows.days[0]),
            "last_day": int(rows.days[-1]),
            "parameters": asdict(parameters),
        },
    }
    content = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    return Artefact(document, content, hashlib.sha256(content).hexdigest())


def exposure_name(league: PlayerLeague) -> str:
    """Return the name that exposure has among a league's features."""
    return MINUTES if league.timed else "exposure"


def extended(rows: Rows, name: str, exposures: Numbers) -> Numbers:
    """Return the rows of a statistic's expectation: features, expected exposure, `expected_from_exposure`."""
    season_exposure = rows.feature(f"season.{exposure_name(rows.league)}")
    by_season = exposures * rows.feature(f"season.{name}")
    seasonal = np.divide(by_season, season_exposure, out=np.full(len(rows), np.nan), where=season_exposure > 0)
    return np.column_stack([rows.features, exposures, exposures * rows.feature(f"rate.{name}"), seasonal])


def spread_of(rows: Rows, exposures: Numbers, missing: float) -> Numbers:
    """Return the usual deviation of exposure as a share of the expected one."""
    deviation = rows.feature("exposure_sd")
    spread: Numbers = np.where(np.isnan(deviation), missing, deviation) / np.maximum(1.0, exposures)
    return spread


def _laws(first: Rows, last: Rows, parameters: Parameters) -> dict[str, CountLaw | ExposureLaw]:
    """Return the law of each statistic: expectations learnt from the first rows, errors seen in the last."""
    league, width = first.league, first.features.shape[1]
    exposure, oof = _exposure(first, parameters, out_of_fold=True)
    expected = exposure.mean(last.features, width)
    spread = spread_of(last, expected, _mean(first.feature("exposure_sd")))
    laws: dict[str, CountLaw | ExposureLaw] = {}
    for name in league.forecast:
        happened = last.outcome(name)
        if name == MINUTES:
            most = _LARGEST_EXPOSURE * max(float(first.outcome(name).max()), float(happened.max()))
            laws[name] = fitted_exposure_law(expected, spread, happened, most)
        else:
            part = _count(first, name, oof, parameters)
            laws[name] = fitted_count_law(part.mean(extended(last, name, expected), width), spread, happened)
    return laws


def _law(law: CountLaw | ExposureLaw | None) -> dict[str, Any] | None:
    return None if law is None else asdict(law)


def _exposure(rows: Rows, parameters: Parameters, *, out_of_fold: bool) -> tuple[_Part, Numbers]:
    """Return the expectation of exposure, and for each row what it would be without the rows of every fourth day."""
    part = _exposure_part(rows, parameters)
    if not out_of_fold:
        return part, part.mean(rows.features, rows.features.shape[1])
    expected, fold = np.empty(len(rows)), rows.days % _FOLDS
    for each in range(_FOLDS):
        left_out = fold == each
        without = _exposure_part(rows.where(~left_out), parameters)
        expected[left_out] = without.mean(rows.features[left_out], rows.features.shape[1])
    return part, expected


def _exposure_part(rows: Rows, parameters: Parameters) -> _Part:
    name = exposure_name(rows.league)
    names = feature_names(rows.league)
    plain = [f"{block}.{name}" for block in ("mean_2", "mean_6", "mean_20", "season", "last_5")]
    plain += ["last_exposure", "median_exposure", "lowest_exposure", "highest_exposure", "vacated.exposure"]
    plain += ["started", "exposure_sd", "missed", "is_home", "is_playoff", "margin", "opponent_margin"]
    choices: list[tuple[int, float | None]] = [(names.index(each), None) for each in plain]
    choices += [(names.index(each), 1.0) for each in ("rest", "career")]
    happened = rows.outcome(name)
    terms, columns = _standardised(rows.features, choices)
    centre = float(happened.mean())
    penalty = parameters.ridge * np.eye(columns.shape[1])
    weights = np.linalg.solve(columns.T @ columns + penalty, columns.T @ (happened - centre))
    part = _part(IDENTITY, centre, terms, weights, rows.features.shape[1])
    residual = happened - part.linear(rows.features)
    spread = {"objective": "huber", "alpha": parameters.huber * float(residual.std())}
    return replace(part, forest=_forest(rows.features, residual, None, parameters.exposure_trees, parameters, spread))


def _count(rows: Rows, name: str, exposures: Numbers, parameters: Parameters) -> _Part:
    """Return the expectation of a count, learnt with the exposures that were expected for each row."""
    exposure, names = exposure_name(rows.league), feature_names(rows.league)
    happened, wide = rows.outcome(name), extended(rows, name, exposures)
    shift = 0.15 * float(happened.mean()) + SMALLEST_MEAN
    width = len(names)
    blocks = ("mean_2", "mean_6", "mean_20", "season", "last_5", "last_season", "projected")
    choices: list[tuple[int, float | None]] = [(names.index(f"{block}.{name}"), shift) for block in blocks]
    choices += [(width, 1.0), (width + 1, shift), (width + 2, shift)]
    choices += [(names.index(f"{block}.{exposure}"), 1.0) for block in ("mean_2", "mean_6", "mean_20", "season")]
    choices += [(names.index(f"allowed.{name}"), 0.05), (names.index("pace"), 1.0), (names.index("opponent_pace"), 1.0)]
    choices += [(names.index("rest"), 1.0), (names.index("career"), 1.0)]
    plain = ("vacated.exposure", f"vacated.{name}", "is_home", "started", "exposure_sd", "missed")
    choices += [(names.index(each), None) for each in (*plain, "margin", "opponent_margin")]
    terms, columns = _standardised(wide, choices)
    intercept, weights = _poisson(columns, happened, parameters.ridge)
    part = _part(LOG, intercept, terms, weights, width)
    offset = np.minimum(part.linear(wide), LARGEST_LOG)
    objective = {"objective": "poisson"}
    return replace(part, forest=_forest(rows.features, happened, offset, parameters.trees, parameters, objective))


def _part(
    link: str,
    intercept: float,
    terms: list[tuple[int, float | None, float, float, float]],
    weights: Numbers,
    width: int,
) -> _Part:
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
    return _Part(link=link, intercept=intercept, terms=plain, forest=forest)


def _standardised(
    rows: Numbers, choices: list[tuple[int, float | None]]
) -> tuple[list[tuple[int, float | None, float, float, float]], Numbers]:
    """Return for each choice its column, shift, what stands for missing, mean and deviation; and the columns.

    A choice that is the same in all rows is left out.
    """
    terms, columns = [], []
    for column, shift in choices:
        missing = _mean(rows[:, column])
        numbers = _transformed(rows[:, column], shift, missing)
        mean, deviation = float(numbers.mean()), float(numbers.std())
        if deviation > 1e-9 * (1 + abs(mean)):
            terms.append((column, shift, missing, mean, deviation))
            columns.append((numbers - mean) / deviation)
    return terms, np.column_stack(columns)


def _transformed(numbers: Numbers, shift: float | None, missing: float) -> Numbers:
    known = np.where(np.isnan(numbers), missing, numbers)
    return known if shift is None else np.log(np.maximum(known, 0.0) + shift)


def _mean(numbers: Numbers) -> float:
    known = numbers[~np.isnan(numbers)]
    return float(known.mean()) if len(known) else 0.0


def _poisson(columns: Numbers, happened: Numbers, ridge: float) -> tuple[float, Numbers]:
    """Return intercept and weights of a ridge Poisson regression, by iterated least squares.

    Source: McCullagh, Nelder, Generalized Linear Models, 2nd edition, section 2.5.
    """
    design = np.column_stack([np.ones(len(columns)), columns])
    penalty = np.diag([0.0, *([ridge] * columns.shape[1])])
    weights = np.zeros(design.shape[1])
    weights[0] = np.log(max(float(happened.mean()), SMALLEST_MEAN))
    for _ in range(12):
        linear = np.clip(design @ weights, -LARGEST_LOG, LARGEST_LOG)
        mean = np.exp(linear)
        weighed = design * mean[:, None]
        weights = np.linalg.solve(design.T @ weighed + penalty, weighed.T @ (linear + (happened - mean) / mean))
    return float(weights[0]), weights[1:]


def _forest(
    features: Numbers,
    target: Numbers,
    offset: Numbers | None,
    trees: int,
    parameters: Parameters,
    objective: dict[str, Any],
) -> Forest:
    """Return the trees that correct a linear part: of its residual, or with its logarithm as the offset."""
    width = features.shape[1]
    if not trees:
        return Forest(features=width, roots=(), feature=(), threshold=(), left=(), right=(), missing=(), value=())
    options = {
        "learning_rate": parameters.rate,
        "num_leaves": parameters.leaves,
        "min_data_in_leaf": min(parameters.rows_in_leaf, max(5, len(target) // 50)),
        "feature_fraction": parameters.share,
        "lambda_l2": parameters.shrinkage,
        "max_bin": 63,
        "boost_from_average": False,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": parameters.seed,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(features, target, init_score=offset, free_raw_data=False)
    return exported(lightgbm.train(options | objective, data, trees))
