"""Lineups that a portfolio may still take: they fit the exposures and do not repeat too much."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.optimizer.prices import Counts, Limits
from pickvs.dfs.optimizer.problem import Problem, Rosters


class Candidates:
    """Lineups to choose from, of which some are chosen one after the other.

    rosters, members: those that may still be chosen, as choices and as players, one lineup a row. What cannot be chosen
    any more is dropped. left: in how many more lineups each player may be. owed: in how many more he has to be. count:
    how many lineups are still wanted.
    """

    def __init__(
        self, problem: Problem, limits: Limits, max_repeating: int | None, taken: Iterable[frozenset[int]] = ()
    ) -> None:
        size = problem.format.size
        self._problem = problem
        self._most_same = size if max_repeating is None else max_repeating
        # A set of players that is taken is not built again, also where lineups need only differ.
        self._barred = [(_flags(problem, each), min(self._most_same, size - 1)) for each in taken]
        self._known: set[bytes] = set()
        self.rosters: Rosters = np.empty((0, size), np.int16)
        self.members: NDArray[np.int64] = np.empty((0, size), np.int64)
        self.left: Counts = limits.most.copy()
        self.owed: Counts = limits.least.copy()
        self.count = limits.count

    def copy(self) -> "Candidates":
        """Return candidates from which may be chosen without an effect on these."""
        other = object.__new__(Candidates)
        other.__dict__.update(self.__dict__)
        other._barred, other._known = list(self._barred), set(self._known)
        other.left, other.owed = self.left.copy(), self.owed.copy()
        return other

    @property
    def unlimited(self) -> bool:
        """Return whether lineups need only differ: no exposure is limited, any players may repeat."""
        return not len(self.limits.rows) and self._most_same >= self._problem.format.size

    @property
    def limits(self) -> Limits:
        """Return what is left of the limits."""
        return Limits(self.count, np.minimum(self.owed, self.count), np.minimum(self.left, self.count))

    @property
    def urgent(self) -> NDArray[np.intp]:
        """Return the players who have to be in every lineup that is still wanted."""
        return np.flatnonzero((self.owed >= self.count) & (self.left > 0))

    def add(self, rosters: Rosters) -> None:
        """Add lineups. Those that are known already or do not fit are left out."""
        new = []
        for number, row in enumerate(np.ascontiguousarray(rosters)):
            key = row.tobytes()
            if key not in self._known:
                self._known.add(key)
                new.append(number)
        rosters = rosters[new]
        members = self._problem.owner[rosters]
        fits = (self.left[members] > 0).all(axis=1)
        for flags, most in self._barred:
            fits &= flags[members].sum(axis=1) <= most
        self.rosters = np.concatenate((self.rosters, rosters[fits]))
        self.members = np.concatenate((self.members, members[fits]))

    def choose(self, roster: NDArray[np.int16]) -> NDArray[np.bool_]:
        """Take a lineup, one of the candidates or another, and drop those that do not fit beside it.

        Return which of the candidates are kept.
        """
        players = self._problem.owner[roster]
        flags = np.zeros(len(self._problem.players), np.bool_)
        flags[players] = True
        self._known.add(np.ascontiguousarray(roster).tobytes())
        self._barred.append((flags, self._most_same))
        self.left[players] -= 1
        self.owed[players] = np.maximum(self.owed[players] - 1, 0)
        self.count -= 1
        fits = (self.rosters != roster).any(axis=1)
        fits &= flags[self.members].sum(axis=1) <= self._most_same
        used_up = players[self.left[players] <= 0]
        if len(used_up):
            fits &= ~np.isin(self.members, used_up).any(axis=1)
        self.rosters, self.members = self.rosters[fits], self.members[fits]
        return np.asarray(fits)


def _flags(problem: Problem, ids: frozenset[int]) -> NDArray[np.bool_]:
    return np.array([player.id in ids for player in problem.players], np.bool_)
