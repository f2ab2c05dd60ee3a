"""Lineups that are each the best under a draw of their own."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from pickvs.dfs.optimizer.candidates import Candidates
from pickvs.dfs.optimizer.pool import Player
from pickvs.dfs.optimizer.problem import Problem, in_units
from pickvs.dfs.optimizer.rules import Randomness
from pickvs.dfs.optimizer.search import BANNED, Search

_LOOKED_AT = (60, 600, 6_000)
"""Among how many of the best lineups of a draw the first that fits is looked for."""

_DRAWS = 4
"""How many draws a lineup gets before the portfolio ends without it."""

_BITS = 20
"""Resolution of a draw: whole numbers, so that it is the same on every machine."""


class Draws:
    """A portfolio in the making. Each lineup's draw follows from the seed and from how many are still wanted."""

    def __init__(self, search: Search, randomness: Randomness, candidates: Candidates, seed: int) -> None:
        self._search = search
        self._low, self._high = _ranges(search.problem, randomness)
        self._seed = seed
        self.candidates = candidates

    def choose(self, count: int) -> list[NDArray[np.int16]]:
        """Choose up to `count` lineups; fewer if no more fit. Return their choices."""
        chosen: list[NDArray[np.int16]] = []
        while len(chosen) < count and self.candidates.count:
            roster = self._next()
            if roster is None:
                break
            self.candidates.choose(roster)
            chosen.append(roster)
        return chosen

    def _next(self) -> NDArray[np.int16] | None:
        search = self._search.copy()
        for attempt in range(_DRAWS):
            values = self._values(attempt)
            for number in _LOOKED_AT:
                candidates = self.candidates.copy()
                found = search.best(values, number)
                candidates.add(found.rosters)
                if len(candidates):
                    return np.asarray(candidates.rosters[0])
                if len(found.rosters) < number:
                    break
        return None

    def _values(self, attempt: int) -> NDArray[np.int32]:
        """Return the drawn values of the choices, without players who are used up."""
        problem, candidates = self._search.problem, self.candidates
        random = default_rng([self._seed, 2, candidates.count, attempt])
        steps = random.integers(0, 1 << _BITS, len(problem.players), endpoint=True)[problem.owner]
        values = self._low + ((self._high - self._low) * steps >> _BITS)
        values[np.isin(problem.owner, candidates.urgent)] += -BANNED // 4
        values[candidates.left[problem.owner] <= 0] = BANNED
        return values.astype(np.int32)


def _ranges(problem: Problem, randomness: Randomness) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the lowest and the highest value of each choice."""
    ranges = [_range(player, randomness.deviation) for player in problem.players]
    pairs = [
        [in_units(end * factor) for end in ranges[number]]
        for number, factor in zip(problem.owner.tolist(), problem.factor, strict=True)
    ]
    low, high = np.array(pairs, np.int64).reshape(-1, 2).T
    return low, high


def _range(player: Player, deviation: Decimal | None) -> Sequence[Decimal]:
    if deviation is not None:
        width = abs(player.points) * deviation
        return player.points - width, player.points + width
    if player.floor is None or player.ceiling is None or player.floor > player.ceiling:
        return player.points, player.points
    return player.floor, player.ceiling
