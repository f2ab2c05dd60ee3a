"""Boosted trees as flat arrays, walked without any library. Pure.

A tree is walked as LightGBM walks it: a number goes to the left if it is at most the threshold, both compared as
doubles; a missing one (`nan`) goes where the node says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf, isfinite, isnan
from typing import Any

MISSING_RIGHT, MISSING_LEFT, MISSING_AS_ZERO = range(3)
"""Where a node sends a missing number: to a side, or where it would send 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """All trees of one model in common arrays.

    features: how many numbers a row has. roots: the node or leaf at which each tree starts. feature, threshold, left,
    right, missing: of each node. A child that is 0 or more is a node, and a negative child c is the leaf ~c. value: of
    each leaf. The model's score is the sum of the leaves that a row reaches, added in the order of the trees.
    """

    features: int
    roots: tuple[int, ...]
    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    missing: tuple[int, ...]
    value: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for arrays that are no forest: a walk over these would not end or leave the arrays."""
        nodes = len(self.feature)
        if not len(self.threshold) == len(self.left) == len(self.right) == len(self.missing) == nodes:
            raise ValueError("the arrays of a forest's nodes differ in length")
        if not all(0 <= each < self.features for each in self.feature):
            raise ValueError(f"a node asks for a feature outside 0 to {self.features - 1}")
        if not all(each in {MISSING_RIGHT, MISSING_LEFT, MISSING_AS_ZERO} for each in self.missing):
            raise ValueError("a node sends missing numbers nowhere")
        leaves = len(self.value)
        for node, children in enumerate(zip(self.left, self.right, strict=True)):
            if not all(node < child < nodes or -leaves <= child < 0 for child in children):
                raise ValueError(f"node {node} has a child that is no leaf and no later node")
        if not all(-leaves <= root < nodes for root in self.roots):
            raise ValueError("a tree starts at neither a node nor a leaf")
        if not all(isfinite(each) for each in chain(self.threshold, self.value)):
            raise ValueError("a threshold or value of a forest is not finite")

    def scores(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """Return the score of each row. Raise ValueError for a row of another length.

        Two copies of the features, with missing numbers as infinities, make the walk free of questions about them.
        """
        width = self.features
        if wrong := next((row for row in rows if len(row) != width), None):
            raise ValueError(f"a row has {len(wrong)} features and the forest {width}")
        if not self.roots:  # a model without trees has as many rows and features as any other
            return [0.0] * len(rows)
        # fmt: off
        nodes = [
            (kind * width + feature, threshold, left, right)
            for feature, threshold, left, right, kind in zip(
                self.feature, self.threshold, self.left, self.right, self.missing, strict=True
            )
        ]
        # fmt: on
        roots, value, scores = self.roots, self.value, []
        for row in rows:
            numbers = [inf if isnan(each) else each for each in row]
            numbers += [-inf if isnan(each) else each for each in row]
            numbers += [0.0 if isnan(each) else each for each in row]
            score = 0.0
            for root in roots:
                node = root
                while node >= 0:
                    feature, threshold, left, right = nodes[node]
                    node = left if numbers[feature] <= threshold else right
                score += value[~node]
            scores.append(score)
        return scores

    def importance(self) -> dict[int, int]:
        """Return how many nodes ask for each feature, by its index."""
        counts: dict[int, int] = {}
        for each in self.feature:
            counts[each] = counts.get(each, 0) + 1
        return counts

    def to_json(self) -> dict[str, Any]:
        """Return the forest as values of JSON, from which `from_json` makes an equal one."""
        return {
            "features": self.features,
            "roots": list(self.roots),
            "feature": list(self.feature),
            "threshold": list(self.threshold),
            "left": list(self.left),
            "right": list(self.right),
            "missing": list(self.missing),
            "value": list(self.value),
        }


def from_json(document: Mapping[str, Any]) -> Forest:
    """Return the forest that `Forest.to_json` wrote. Raise ValueError if it is none."""
    names = ("roots", "feature", "threshold", "left", "right", "missing", "value")
    try:
        arrays = {name: tuple(document[name]) for name in names}
        return Forest(features=document["features"], **arrays)
    except (KeyError, TypeError) as error:
        raise ValueError(f"no forest: {error}") from error
