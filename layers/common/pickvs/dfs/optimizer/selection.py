"""Chooses the lineups of a portfolio by prices.

The players are priced anew for what is still wanted, from the lineups that may still be chosen. The lineups with the
largest shares in that relaxation are taken, then it is solved again (a dive). A greedy choice by points would spend the
stars on the first lineups.
"""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from pickvs.dfs.optimizer.candidates import Candidates
from pickvs.dfs.optimizer.prices import Counts, Prices, Relaxation, priced, relaxed
from pickvs.dfs.optimizer.problem import Rosters
from pickvs.dfs.optimizer.search import BANNED, Search

_DRAWN = 5_000
"""How many of the best priced lineups are candidates, and how many of the best under each noise."""

_NOISE = 26_000
"""Largest noise on a player's value in a draw of candidates, up or down, in 1/10,000 of a point: 1.5 on average."""

_DRAWS = 6
"""How often candidates are drawn with noise before the first lineup is chosen."""

_FURTHER = (0, 10_000, 40_000, 160_000, 320_000)
"""The same for each further draw, when too few candidates are left."""

_COLUMNS = 1_000
"""How many of the best priced candidates are columns of a relaxation."""

_REPRICINGS = 3
"""How often columns are added to a relaxation at most."""

_SOLVES = 30
"""Into about how many relaxations the choice of a portfolio is divided."""

_CERTAIN = 0.5
"""A share from which a lineup is taken without another relaxation."""

_NOBODY = 1e-6


class Selection:
    """A portfolio in the making. What it chooses next follows from what has been chosen and from the seed alone."""

    def __init__(self, search: Search, prices: Prices, candidates: Candidates, seed: int) -> None:
        self._search = search
        self._prices = prices.of
        self._seed = seed
        self._quota = max(1, candidates.count // _SOLVES)
        self.candidates = candidates
        candidates.add(self._drawn(prices))

    def _drawn(self, prices: Prices) -> Rosters:
        """Return the columns of the price stage, the best priced lineups, and others under noise."""
        problem = self._search.problem
        values = priced(problem, self._prices)
        drawn = [prices.columns, self._search.best(values, _DRAWN).rosters]
        random = default_rng([self._seed, 0])
        for _ in range(_DRAWS):
            noise = _noise(random, len(problem.players), _NOISE)[problem.owner]
            drawn.append(self._search.best((values + noise).astype(np.int32), _DRAWN).rosters)
        return np.concatenate(drawn)

    def choose(self, count: int) -> list[NDArray[np.int16]]:
        """Choose up to `count` lineups; fewer if no more fit. Return their choices."""
        working = _Step(
            self._search.copy(), self.candidates.copy(), self._prices, [self._seed, 1, self.candidates.count]
        )
        chosen: list[NDArray[np.int16]] = []
        while len(chosen) < count:
            found = list(working.choose(self._quota, count - len(chosen)))
            if not found:
                break
            chosen += found
        for roster in chosen:
            self.candidates.choose(roster)
        return chosen


class _Step:
    """The choice of one batch. Lineups that it draws are not candidates of the next batch, which draws its own."""

    def __init__(self, search: Search, candidates: Candidates, prices: Counts, seed: list[int]) -> None:
        self._search = search
        self._prices = prices
        self._random = default_rng(seed)
        self._noises = list(_FURTHER)
        self.candidates = candidates

    def choose(self, quota: int, most: int) -> Iterator[NDArray[np.int16]]:
        """Choose `quota` lineups, and up to `most` as long as the relaxation is certain of them."""
        candidates = self.candidates
        relaxation = self._relaxation() if candidates.count else None
        if relaxation is None:
            return
        worth = priced(self._search.problem, relaxation.prices)[candidates.rosters].sum(axis=1)
        shares = np.round(relaxation.shares, 6)
        for number in range(most):
            if not candidates.count or not len(candidates.rosters):
                return
            order = np.lexsort((-worth, -shares))
            best = order[0]
            urgent = candidates.urgent
            if len(urgent):
                having = _having(candidates.members, urgent)[order]
                best = order[np.argmax(having)]
                if number and not having.any():
                    return
            if number >= quota and shares[best] < _CERTAIN:
                return
            roster = candidates.rosters[best]
            kept = candidates.choose(roster)
            worth, shares = worth[kept], shares[kept]
            yield roster

    def _relaxation(self) -> Relaxation | None:
        """Return the relaxation of what is wanted, with more candidates if these have no room for it."""
        candidates = self.candidates
        found = None
        while True:
            if len(candidates.rosters):
                found = _relaxation(self._search, candidates, self._prices)
                urgent = candidates.urgent
                if found.missing < _NOBODY and (not len(urgent) or _having(candidates.members, urgent).any()):
                    return found
            if not self._noises:
                return found
            self._draw(self._noises.pop(0), self._prices if found is None else found.prices)

    def _draw(self, noise: int, prices: Counts) -> None:
        """Add candidates of players who are not used up, and of all who have to be in each lineup."""
        problem, candidates = self._search.problem, self.candidates
        values = priced(problem, prices + _noise(self._random, len(problem.players), noise))
        values[np.isin(problem.owner, candidates.urgent)] += -BANNED // 4
        values[candidates.left[problem.owner] <= 0] = BANNED
        candidates.add(self._search.best(values, _DRAWN).rosters)


def _relaxation(search: Search, candidates: Candidates, prices: Counts) -> Relaxation:
    """Return the relaxation over the candidates, of which there is one. prices: to start from."""
    problem, limits = search.problem, candidates.limits
    columns = np.empty(0, np.intp)
    found: Relaxation | None = None
    for number in range(_REPRICINGS):
        worth = priced(problem, prices)[candidates.rosters].sum(axis=1)
        best = np.argsort(-worth, kind="stable")[: _COLUMNS // (1 + number)]
        more = np.union1d(columns, best)
        if len(more) == len(columns):
            break
        columns = more
        part = relaxed(problem, limits, candidates.rosters[columns])
        shares = np.zeros(len(candidates.rosters))
        shares[columns] = part.shares
        prices = part.prices
        found = Relaxation(shares, prices, part.value, part.missing)
    assert found is not None  # noqa: S101 -- the first round has columns
    return found


def _noise(random: Generator, players: int, most: int) -> Counts:
    """Return whole numbers, uniform from -most to most: a normal draw may differ in its last digits by machine."""
    return random.integers(-most, most, players, endpoint=True)


def _having(members: NDArray[np.int64], players: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which lineups have all of the players."""
    return np.asarray(np.isin(members, players).sum(axis=1) == len(players))
