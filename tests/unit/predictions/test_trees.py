"""The walk over exported trees is LightGBM's own."""

import json
from math import nan
from typing import Any

import lightgbm
import numpy as np
import pytest

from pickvs.predictions.training.forests import Table
from pickvs.predictions.training.trees import exported, scores
from pickvs.predictions.trees.rules import Forest, from_json

OPTIONS = {"verbosity": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True, "seed": 3}


def table(rows: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of 12 features: the first never missing in training, the last one often, the second in steps."""
    chance = np.random.default_rng(seed)
    features = chance.normal(size=(rows, 12))
    features[:, 1] = np.round(features[:, 1])
    features[:, 2] = np.where(chance.random(rows) < 0.5, 0.0, features[:, 2])
    missing = chance.random(features.shape) < np.linspace(0, 0.6, 12)
    missing[:, 0] = False
    target = chance.poisson(np.exp(0.5 * features[:, 0] + 0.4 * features[:, 1] + missing[:, 11] - 1))
    features[missing] = nan
    return features, target.astype(float)


def trained(objective: str, **options: Any) -> lightgbm.Booster:
    features, target = table(3000, seed=1)
    data = lightgbm.Dataset(features, target)
    return lightgbm.train(OPTIONS | {"objective": objective} | options, data, 40)


@pytest.mark.parametrize(
    ("objective", "options"),
    [
        ("poisson", {}),
        ("poisson", {"use_missing": False}),
        ("regression", {"max_bin": 63}),
        ("huber", {"boost_from_average": False}),
    ],
)
def test_the_walk_equals_lightgbm_on_10000_rows(objective: str, options: dict[str, Any]) -> None:
    model = trained(objective, **options)
    forest = from_json(json.loads(json.dumps(exported(model).to_json())))
    rows, _ = table(10_000, seed=2)
    rows[::7, 0] = nan  # never missing in training: LightGBM takes it for 0
    # Numbers on a threshold and beside it show which side equality goes to.
    # Below 1e-35 LightGBM reads a number as 0; its own thresholds beside 0 are such numbers.
    edges = np.array([each for each in forest.threshold if 1e-30 < abs(each) < 1e6])
    rows[:3000, 3] = np.resize(edges, 3000)
    rows[3000:6000, 3] = np.nextafter(np.resize(edges, 3000), np.inf)
    expected = model.predict(rows, raw_score=True)
    assert np.array_equal(scores(forest, rows), expected)
    few = slice(None) if not options else slice(0, None, 20)
    assert forest.scores(rows[few].tolist()) == expected[few].tolist()


def test_missing_numbers_take_their_own_way() -> None:
    forest = exported(trained("poisson"))
    assert len(set(forest.missing)) == 3  # to both sides, and as zero


def test_a_forest_is_the_same_whichever_were_grown_on_the_table_before() -> None:
    features, target = table(2000, seed=1)
    usual = np.log1p(np.nan_to_num(np.abs(features[:, 0])))
    wanted: list[tuple[np.ndarray, np.ndarray | None, str]] = [
        (target, usual, "poisson"),
        (target - target.mean(), None, "huber"),
        (target, None, "poisson"),
    ]

    def grown(each: tuple[np.ndarray, np.ndarray | None, str], on: Table) -> Forest:
        return on.forest(each[0], each[1], 20, {"objective": each[2]})

    alone = [grown(each, Table(features, {"seed": 3})) for each in wanted]
    shared = Table(features, {"seed": 3})
    assert [grown(each, shared) for each in wanted] == alone
    assert len(set(alone)) == 3
    # As LightGBM grows it from a table of one target.
    data = lightgbm.Dataset(features, target, init_score=usual)
    options = OPTIONS | {"objective": "poisson", "boost_from_average": False}
    assert exported(lightgbm.train(options, data, 20)) == alone[0]


def test_a_model_of_one_leaf_is_its_value() -> None:
    features, _ = table(50, seed=1)
    model = lightgbm.train(OPTIONS | {"objective": "regression"}, lightgbm.Dataset(features, np.full(50, 2.5)), 3)
    forest = exported(model)
    assert forest.scores(features.tolist()) == model.predict(features, raw_score=True).tolist()


@pytest.mark.parametrize(
    ("options", "categorical", "message"),
    [
        ({}, [1], "categorical"),
        ({"zero_as_missing": True}, [], "zero_as_missing"),
        ({"linear_tree": True}, [], "linear"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, [], "averages"),
    ],
)
def test_what_the_walk_does_not_know_is_refused(options: dict[str, Any], categorical: list[int], message: str) -> None:
    features, target = table(800, seed=1)
    features[:, 1] = np.abs(np.nan_to_num(features[:, 1]))
    settings = OPTIONS | {"objective": "regression"} | options
    data = lightgbm.Dataset(features, target, categorical_feature=categorical, params=settings)
    with pytest.raises(ValueError, match=message):
        exported(lightgbm.train(settings, data, 5))


WHOLE = {
    "features": 2, "roots": [0], "feature": [0, 1], "threshold": [0.5, 1.5], "left": [1, -1], "right": [-2, -3],
    "missing": [0, 1], "value": [1.0, 2.0, 4.0],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"left": [0, -1]}, "no later node"),  # a circle
        ({"right": [-2, -4]}, "no leaf"),
        ({"feature": [0, 2]}, "feature outside"),
        ({"missing": [0, 3]}, "nowhere"),
        ({"roots": [2]}, "neither"),
        ({"threshold": [0.5]}, "differ in length"),
        ({"value": [1.0, nan, 4.0]}, "not finite"),
        ({"value": None}, "no forest"),
    ],
)
def test_arrays_that_are_no_forest_are_refused(change: dict[str, Any], message: str) -> None:
    assert from_json(WHOLE).scores([[0.5, nan], [0.5, 1.6], [0.6, 0.0]]) == [1.0, 4.0, 2.0]
    with pytest.raises(ValueError, match=message):
        from_json(WHOLE | change)


def test_a_row_of_another_length_is_refused() -> None:
    forest = from_json(WHOLE)
    assert isinstance(forest, Forest)
    with pytest.raises(ValueError, match="3 features and the forest 2"):
        forest.scores([[0.0, 0.0], [0.0, 0.0, 0.0]])
    with pytest.raises(ValueError, match="3 features and the forest 2"):
        scores(forest, np.zeros((1, 3)))
