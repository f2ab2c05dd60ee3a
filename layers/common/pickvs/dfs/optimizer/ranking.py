"""Portfolios without limits: simply the best lineups that are not taken."""

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.optimizer.candidates import Candidates
from pickvs.dfs.optimizer.search import Search


class Ranking:
    """A portfolio in the making.

    candidates: without any lineup yet; those that are taken are barred. bound: points in 1/10,000 that no portfolio
    exceeds: what it has if it is complete.
    """

    def __init__(self, search: Search, candidates: Candidates) -> None:
        self.candidates = candidates
        wanted = candidates.count
        count = wanted
        while True:
            best = search.best(search.problem.points, count)
            candidates.add(best.rosters)
            if len(candidates) >= wanted or len(best.rosters) < count:
                break
            count *= 2
        points = search.problem.points[candidates.rosters[:wanted]].sum(axis=1, dtype=np.int64)
        self.bound = int(np.maximum(points, best.rest).sum()) + (wanted - len(points)) * max(best.rest, 0)

    def choose(self, count: int) -> list[NDArray[np.int16]]:
        """Choose up to `count` lineups; fewer if there are no more. Return their choices."""
        chosen: list[NDArray[np.int16]] = []
        while len(chosen) < count and self.candidates.count and len(self.candidates):
            chosen.append(self.candidates.rosters[0])
            self.candidates.choose(chosen[-1])
        return chosen
