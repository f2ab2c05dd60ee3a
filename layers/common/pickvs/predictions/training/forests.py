"""Grows several forests on one table of features, which LightGBM sorts into bins once for all of them."""

from collections.abc import Mapping
from typing import Any

import lightgbm
import numpy as np

from pickvs.predictions.training.player_rows import Numbers
from pickvs.predictions.training.trees import exported
from pickvs.predictions.trees.rules import Forest

_REPRODUCIBLE: Mapping[str, Any] = {
    "boost_from_average": False,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}


class Table:
    """Features of rows, and the forests that are grown on them. The bins are made with the first forest.

    features: stays unchanged. options: LightGBM's, of all forests. Equal tables and options grow equal forests, in
    whatever order.
    """

    def __init__(self, features: Numbers, options: Mapping[str, Any]) -> None:
        self._features = features
        self._options = {**options, **_REPRODUCIBLE}
        self._binned: lightgbm.Dataset | None = None

    def forest(self, target: Numbers, offset: Numbers | None, trees: int, objective: Mapping[str, Any]) -> Forest:
        """Return the trees that correct a linear part: of its residual, or of the offset that it is.

        target: what each row's score shall come to. offset: score of each row without trees; None: 0. A target of
        nothing but zeros has nothing to grow on, and gets no trees.
        """
        if not trees or not target.any():
            width = self._features.shape[1]
            return Forest(features=width, roots=(), feature=(), threshold=(), left=(), right=(), missing=(), value=())
        if self._binned is None:
            self._binned = lightgbm.Dataset(self._features, params=self._options)
        self._binned.set_label(target)
        # Always one, for the next forest would begin with the last one's otherwise.
        self._binned.set_init_score(np.zeros(len(target)) if offset is None else offset)
        return exported(lightgbm.train({**self._options, **objective}, self._binned, trees))
