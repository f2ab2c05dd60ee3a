"""Lineups that a portfolio may still take: they fit the exposures and do not repeat too much."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.optimizer.prices import Counts, Limits
from pickvs.dfs.optimizer.problem import Problem, Rosters


class Candidates:
    """Lineups to choose from, of which some are chosen one after the other.

    What cannot be chosen any more is dropped. left: in how many more lineups each player may be. owed: in how many more
    he has to be. count: how many lineups are still wanted.
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
        # One lineup a column: sums over the few players of many lineups are quick in this order alone.
        self._seats: Rosters = np.empty((size, 0), np.int16)
        self.left: Counts = limits.most.copy()
        self.owed: Counts = limits.least.copy()
        self.count = limits.count
        self._lasting = 0
        self._added: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._seats.T)

    def copy(self) -> "Candidates":
        """Return candidates from which may be chosen without an effect on these."""
        other = object.__new__(Candidates)
        other.__dict__.update(self.__dict__)
        other._barred, other._known, other._added = list(self._barred), set(self._known), set(self._added)
        other.left, other.owed = self.left.copy(), self.owed.copy()
        return other

    def mark(self) -> None:
        """Remember which candidates there are: `forget_added` drops those that are added from now on."""
        self._lasting, self._added = len(self), set()

    def forget_added(self) -> None:
        """Become what choosing the same lineups would have made of these without what was added since the mark."""
        self._seats = np.ascontiguousarray(self._seats[:, : self._lasting])
        self._known -= self._added

    @property
    def rosters(self) -> Rosters:
        """Return the lineups that may still be chosen, as choices, one lineup a row."""
        return self._seats.T

    @property
    def may_repeat(self) -> bool:
        """Return whether two lineups may have any number of players in common."""
        return self._most_same >= self._problem.format.size

    @property
    def unlimited(self) -> bool:
        """Return whether lineups need only differ: no exposure is limited, any players may repeat."""
        return not len(self.limits.rows) and self.may_repeat

    @property
    def limits(self) -> Limits:
        """Return what is left of the limits."""
        return Limits(self.count, np.minimum(self.owed, self.count), np.minimum(self.left, self.count))

    @property
    def urgent(self) -> NDArray[np.intp]:
        """Return the players who have to be in every lineup that is still wanted."""
        return np.flatnonzero((self.owed >= self.count) & (self.left > 0))

    def sums(self, values: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the sum over each lineup of the values of its choices."""
        return np.asarray(values.take(self._seats).sum(axis=0, dtype=np.int64))

    def having(self, players: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which lineups have all of the players."""
        return np.asarray(self._same(np.isin(self._problem.owner, players), self._seats) == len(players))

    def add(self, rosters: Rosters) -> None:
        """Add lineups. Those that are known already or do not fit are left out."""
        new = []
        for number, row in enumerate(rosters):
            key = _key(row)
            if key not in self._known:
                self._known.add(key)
                self._added.add(key)
                new.append(number)
        seats = np.ascontiguousarray(rosters[new].T)
        fits = self._same(self.left[self._problem.owner] <= 0, seats) == 0
        for flags, most in self._barred:
            if most < len(seats):
                fits &= self._same(flags, seats) <= most
        self._seats = np.concatenate((self._seats, seats[:, fits]), axis=1)

    def choose(self, roster: NDArray[np.int16]) -> NDArray[np.bool_]:
        """Take a lineup, one of the candidates or another, and drop those that do not fit beside it.

        Return which of the candidates are kept.
        """
        owner = self._problem.owner
        players = owner[roster]
        self.left[players] -= 1
        self.owed[players] = np.maximum(self.owed[players] - 1, 0)
        self.count -= 1
        flags = np.isin(owner, players)
        self._known.add(_key(roster))
        self._added.discard(_key(roster))
        self._barred.append((flags, self._most_same))
        fits = np.ones(len(self), np.bool_)
        if not self.may_repeat:
            fits &= self._same(flags, self._seats) <= self._most_same
        fits[self._places_of(roster)] = False
        used_up = players[self.left[players] <= 0]
        if len(used_up):
            fits &= self._same(np.isin(owner, used_up), self._seats) == 0
        self._seats = np.compress(fits, self._seats, axis=1)
        self._lasting = int(np.count_nonzero(fits[: self._lasting]))
        return fits

    def _places_of(self, roster: NDArray[np.int16]) -> NDArray[np.intp]:
        """Return where the lineup is among the candidates."""
        places = np.flatnonzero(self._seats[0] == roster[0])
        for seat, choice in zip(self._seats[1:], roster[1:], strict=True):
            places = places[seat[places] == choice]
        return places

    @staticmethod
    def _same(flags: NDArray[np.bool_], seats: Rosters) -> NDArray[np.uint8]:
        """Return how many choices of each lineup are flagged."""
        return np.asarray(flags.view(np.uint8).take(seats).sum(axis=0, dtype=np.uint8))


def _key(roster: NDArray[np.int16]) -> bytes:
    return np.ascontiguousarray(roster).tobytes()


def _flags(problem: Problem, ids: frozenset[int]) -> NDArray[np.bool_]:
    """Return which choices are of these players."""
    return np.array([problem.players[number].id in ids for number in problem.owner], np.bool_)
