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

_DRAWN, _DRAWN_APART = 1_500, 3_000
"""How many of the best priced lineups are candidates, and how many of the best under each noise. The second number is
for lineups that may not repeat many players: each that is chosen rules many others out.
"""

_NOISE = 26_000
"""Largest noise on a player's value in a draw of candidates, up or down, in 1/10,000 of a point: 1.5 on average."""

_DRAWS = 6
"""How often candidates are drawn with noise before the first lineup is chosen."""

_FRESH = (0, 20_000)
"""The same for the draws of each batch: by then most of the first candidates near the prices are taken or do not fit.
"""

_FURTHER = (40_000, 160_000, 320_000)
"""The same for each further draw, when the candidates have no room for what is wanted."""

_COLUMNS = 1_000
"""How many of the best priced candidates are columns of a relaxation."""

_REPRICINGS = 3
"""How often columns are added to a relaxation at most."""

_SOLVES = 30
"""Into about how many relaxations the choice of a portfolio is divided."""

_CERTAIN = 0.95
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
        values, count = priced(problem, self._prices), _drawn_at_once(self.candidates)
        drawn = [prices.columns, self._search.some(values, count)]
        random = default_rng([self._seed, 0])
        for turn in range(1, 1 + _DRAWS):
            noise = _noise(random, len(problem.players), _NOISE)[problem.owner]
            drawn.append(self._search.some((values + noise).astype(np.int32), count, turn))
        return np.concatenate(drawn)

    def choose(self, count: int) -> list[NDArray[np.int16]]:
        """Choose up to `count` lineups; fewer if no more fit. Return their choices."""
        self.candidates.mark()
        working = _Step(self._search.copy(), self.candidates, self._prices, [self._seed, 1, self.candidates.count])
        chosen: list[NDArray[np.int16]] = []
        while len(chosen) < count:
            found = list(working.choose(self._quota, count - len(chosen)))
            if not found:
                break
            chosen += found
        self.candidates.forget_added()
        return chosen


class _Step:
    """The choice of one batch. Lineups that it draws are not candidates of the next batch, which draws its own."""

    def __init__(self, search: Search, candidates: Candidates, prices: Counts, seed: list[int]) -> None:
        self._search = search
        self._prices = prices
        self._random = default_rng(seed)
        self._turn = candidates.count
        self._draws = [_FRESH, *((noise,) for noise in _FURTHER)]
        self.candidates = candidates

    def choose(self, quota: int, most: int) -> Iterator[NDArray[np.int16]]:
        """Choose `quota` lineups, and up to `most` as long as the relaxation is certain of them."""
        candidates = self.candidates
        relaxation = self._relaxation() if candidates.count else None
        if relaxation is None:
            return
        worth = candidates.sums(priced(self._search.problem, relaxation.prices))
        shares = np.round(relaxation.shares, 6)
        for number in range(most):
            if not candidates.count or not len(candidates):
                return
            urgent = candidates.urgent
            having = candidates.having(urgent) if len(urgent) else None
            if having is None or not having.any():
                if having is not None and number:
                    return
                best = _best(shares, worth)
            else:
                among = np.flatnonzero(having)
                best = among[_best(shares[among], worth[among])]
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
            if len(candidates):
                found = _relaxation(self._search, candidates, self._prices)
                if len(self._draws) <= len(_FURTHER) and self._has_room(found):
                    return found
            if not self._draws:
                return found
            for noise in self._draws.pop(0):
                self._draw(noise, self._prices if found is None else found.prices)

    def _has_room(self, found: Relaxation) -> bool:
        urgent = self.candidates.urgent
        return found.missing < _NOBODY and (not len(urgent) or bool(self.candidates.having(urgent).any()))

    def _draw(self, noise: int, prices: Counts) -> None:
        """Add candidates of players who are not used up, and of all who have to be in each lineup."""
        problem, candidates = self._search.problem, self.candidates
        values = priced(problem, prices + _noise(self._random, len(problem.players), noise))
        values[np.isin(problem.owner, candidates.urgent)] += -BANNED // 4
        values[candidates.left[problem.owner] <= 0] = BANNED
        self._turn += 1
        candidates.add(self._search.some(values, _drawn_at_once(candidates), self._turn))


def _drawn_at_once(candidates: Candidates) -> int:
    return _DRAWN if candidates.may_repeat else _DRAWN_APART


def _relaxation(search: Search, candidates: Candidates, prices: Counts) -> Relaxation:
    """Return the relaxation over the candidates, of which there is one. prices: to start from."""
    problem, limits = search.problem, candidates.limits
    columns = np.empty(0, np.intp)
    found: Relaxation | None = None
    for number in range(_REPRICINGS):
        worth = candidates.sums(priced(problem, prices))
        best = np.argsort(-worth, kind="stable")[: _COLUMNS // (1 + number)]
        more = np.union1d(columns, best)
        if len(more) == len(columns):
            break
        columns = more
        part = relaxed(problem, limits, candidates.rosters[columns])
        shares = np.zeros(len(candidates))
        shares[columns] = part.shares
        prices = part.prices
        found = Relaxation(shares, prices, part.value, part.missing)
    assert found is not None  # noqa: S101 -- the first round has columns
    return found


def _noise(random: Generator, players: int, most: int) -> Counts:
    """Return whole numbers, uniform from -most to most: a normal draw may differ in its last digits by machine."""
    return random.integers(-most, most, players, endpoint=True)


def _best(shares: NDArray[np.float64], worth: NDArray[np.int64]) -> np.intp:
    """Return the number of the largest share; of equal ones, of what is worth most."""
    largest = np.flatnonzero(shares == shares.max())
    return np.intp(largest[np.argmax(worth[largest])])
