"""A LightGBM model as flat arrays, and the same walk over a table of rows at once."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pickvs.predictions.trees.rules import MISSING_AS_ZERO, MISSING_LEFT, MISSING_RIGHT, Forest

if TYPE_CHECKING:
    import lightgbm

_CATEGORICAL, _DEFAULT_LEFT = 1, 2
_AT_ONCE = 4_096
"""Rows that are walked at once: three copies of all rows would need more memory than the rest of a training."""
_MISSING_SHIFT, _NONE, _NAN = 2, 0, 2
"""LightGBM's `decision_type`: two flags, and in the bits above what counts as missing: nothing, zero or nan."""


def exported(booster: "lightgbm.Booster") -> Forest:
    """Return a trained model's trees. Their score is the model's raw score: for Poisson the logarithm of the mean.

    Raises ValueError for categorical features, linear trees, averaged trees (random forests), and zeros as missing,
    which the walk does not know. A split of missing numbers from all others has an infinite threshold in LightGBM; the
    largest double says the same of every finite number.
    """
    text = booster.model_to_string()
    header, *trees = text.split("\nTree=")
    if "average_output" in header.splitlines():
        raise ValueError("a random forest averages its trees; only sums can be exported")
    arrays: dict[str, list[int]] = {name: [] for name in ("roots", "feature", "left", "right", "missing")}
    threshold: list[float] = []
    value: list[float] = []
    for tree in trees:
        fields = dict(line.split("=", 1) for line in tree.splitlines()[1:] if "=" in line)
        _refuse(fields)
        nodes, leaves = len(arrays["feature"]), len(value)
        value += map(float, fields["leaf_value"].split())
        if int(fields["num_leaves"]) == 1:
            arrays["roots"].append(~leaves)
            continue
        arrays["roots"].append(nodes)
        arrays["feature"] += map(int, fields["split_feature"].split())
        threshold += (min(float(each), sys.float_info.max) for each in fields["threshold"].split())
        for side in ("left", "right"):
            children = map(int, fields[f"{side}_child"].split())
            arrays[side] += [child + nodes if child >= 0 else child - leaves for child in children]
        arrays["missing"] += [_missing(int(kind)) for kind in fields["decision_type"].split()]
    return Forest(
        features=booster.num_feature(),
        threshold=tuple(threshold),
        value=tuple(value),
        **{name: tuple(array) for name, array in arrays.items()},
    )


def scores(forest: Forest, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the score of each row, equal to `Forest.scores` to the last bit, for many rows at once."""
    if rows.shape[1] != forest.features:
        raise ValueError(f"a row has {rows.shape[1]} features and the forest {forest.features}")
    total = np.zeros(len(rows))
    feature = np.array(forest.feature, dtype=np.int64) + np.array(forest.missing, dtype=np.int64) * forest.features
    arrays = _Arrays(
        feature=feature,
        threshold=np.array(forest.threshold),
        left=np.array(forest.left, dtype=np.int64),
        right=np.array(forest.right, dtype=np.int64),
        value=np.array(forest.value),
    )
    for first in range(0, len(rows), _AT_ONCE):
        _add_scores(forest.roots, arrays, rows[first : first + _AT_ONCE], total[first : first + _AT_ONCE])
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrays:
    """The nodes and leaves of a forest. feature: column of a row that has its missing numbers in three ways."""

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]


def _add_scores(roots: Sequence[int], arrays: _Arrays, rows: NDArray[np.float64], total: NDArray[np.float64]) -> None:
    """Add the scores of rows to their totals."""
    missing = np.isnan(rows)
    numbers = np.concatenate([np.where(missing, number, rows) for number in (np.inf, -np.inf, 0.0)], axis=1)
    flat, width = numbers.ravel(), numbers.shape[1]
    offsets = np.arange(len(rows)) * width
    for root in roots:
        node = np.full(len(rows), root)
        walking = np.arange(len(rows)) if root >= 0 else np.empty(0, dtype=np.int64)
        while len(walking):
            at = node[walking]
            goes_left = flat[offsets[walking] + arrays.feature[at]] <= arrays.threshold[at]
            at = np.where(goes_left, arrays.left[at], arrays.right[at])
            node[walking] = at
            walking = walking[at >= 0]
        total += arrays.value[~node]


def _refuse(fields: Mapping[str, str]) -> None:
    if int(fields.get("num_cat", "0")):
        raise ValueError("a categorical feature cannot be exported")
    if int(fields.get("is_linear", "0")):
        raise ValueError("a linear tree cannot be exported")


def _missing(decision: int) -> int:
    if decision & _CATEGORICAL:
        raise ValueError("a categorical feature cannot be exported")
    kind = decision >> _MISSING_SHIFT
    if kind == _NONE:
        return MISSING_AS_ZERO
    if kind != _NAN:
        raise ValueError("zero_as_missing cannot be exported")
    return MISSING_LEFT if decision & _DEFAULT_LEFT else MISSING_RIGHT
