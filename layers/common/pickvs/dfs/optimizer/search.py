"""The k best lineups that keep every rule, under any values of the choices.

A few rules are counted by automata. The others are filters: lineups are drawn from the best downwards until enough of
them pass, so the answer is exact all the same. If hardly any pass, the filter that refuses most becomes an automaton. A
stack that may be of several teams becomes one search per team. A limit on the sum of ownership is priced: each unit of
ownership costs points in the search, and a lineup that was not drawn is worth at most its priced value and the price of
the whole limit.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.optimizer.constraints import Constraint, constraints_of
from pickvs.dfs.optimizer.counters import Counter
from pickvs.dfs.optimizer.filters import OWNERSHIP, owned_of
from pickvs.dfs.optimizer.layers import Allowance, TooManyStatesError, layers_of
from pickvs.dfs.optimizer.problem import Ints, Problem, Rosters
from pickvs.dfs.optimizer.tables import NOTHING, Paths, Tables, k_best, tables_of

BANNED = -(1 << 24)
"""The value of a choice that no lineup may have. A search leaves lineups with it out."""

_WORST = BANNED // 2

_EXACT = 3
"""How many rules of the user are counted by automata from the start."""

_MOST_DRAWN = 100_000
"""How many lineups are drawn at most to find those that pass the filters."""

_FEW_PASS = 0.02
"""Share of drawn lineups that pass below which a filter becomes an automaton."""

_MOST_CELLS = 40_000_000
"""Cells of 4 bytes that the tables of a search may have."""

_MOST_STATES = 600_000
"""States that all automata of a search may have before they are merged, those that were too much included: about 5 s.
One attempt gets at most half of what is left, so that a rule that is too much leaves something for the next."""

_MOST_REFUSED = 4
"""After so many rules whose automata were too much work no other is made one."""

_MOST_WORK = 60_000_000
"""Steps of partial lineups from player to player after which a search draws no more than it needs: about 3 s."""

_WORK_OF_LAYER, _CELLS_OF_STEP = 2_000, 12
"""What a player costs besides, in such steps, and how many cells of a table cost as much as one."""

_DRAWN_WHEN_TIRED = 3_000
"""How many lineups are drawn at most when the work is used up, if not more are asked for."""

_LEADING, _TAKING_TURNS = 2, 2
"""How many branches `some` searches: the best ones, and others in turn."""

_MOST_BRANCHES = 64
"""How many searches rules may be divided into."""

_HALVINGS = 14
"""Steps of the search for the price of ownership."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Lineups that keep every rule, the best first.

    values: their sums. rest: no lineup that is not among them is worth more; NOTHING if there is no other lineup.
    """

    rosters: Rosters
    values: NDArray[np.int64]
    rest: int

    def bound(self, count: int, *, complete: bool = True) -> int:
        """Return what `count` lineups are worth together at most. complete: not fewer, even if that is worth more."""
        best = np.maximum(self.values[:count], self.rest)
        if not complete:
            best = np.maximum(best, 0)
        return int(best.sum()) + (count - len(best)) * max(self.rest, 0)


class Search:
    """All lineups of a problem, to be asked for the best under different values.

    It learns which rules need automata. Its answers do not depend on that, but the choice among equal lineups may: a
    copy starts from what has been learnt and keeps what it learns to itself.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._filters = constraints_of(problem)
        self._counters: list[tuple[Counter, ...]] = [()]
        self._branches = self._paths(self._counters)
        self._share = 1.0
        self._refused = 0
        self._hindering: Constraint | None = None
        self._states, self._work = _MOST_STATES, 0
        self._rank = list(range(len(self._branches)))
        # Which rules were too much beside which others. Copies share it: it saves work, and changes no answer.
        self._too_much: set[tuple[int, ...]] = set()
        self._count_exactly([each for each in self._filters if each.exact][:_EXACT])
        self._ownership = _Ownership(problem, self._most_owned)

    def copy(self) -> "Search":
        """Return a search that learns on its own."""
        return copy(self)

    @property
    def hindering(self) -> Constraint | None:
        """Return the rule that refused most lineups when a search ended before it had found enough; None if none did.

        More lineups may keep the rules than were found.
        """
        return self._hindering

    @property
    def tired(self) -> bool:
        """Return whether the work is used up. It is counted, not timed: the same build ends alike on every machine."""
        return self._work >= _MOST_WORK

    def best(self, values: Ints, count: int) -> Answer:
        """Return the `count` best lineups under the values of the choices, each at most `BANNED` away from 0.

        There are fewer if the search ends before it has found them; `rest` says what the others are worth at most.
        """
        ownership = self._ownership
        priced = values if ownership.prices is None else values - ownership.prices
        tables: list[Tables | None] = [None] * len(self._branches)
        drawn = self._first_draw(count)
        if self.tired:
            drawn = max(count, min(drawn, _DRAWN_WHEN_TIRED))
        while True:
            rosters, sums = self._draw(priced, tables, drawn)
            exhausted = len(rosters) < drawn
            rest = NOTHING if exhausted else int(sums[-1]) + ownership.limit
            passing, refusing = self._sieve(rosters)
            kept = rosters[passing]
            worth = np.asarray(values.astype(np.int64)[kept].sum(axis=1))
            if exhausted or int((worth >= rest).sum()) >= count or drawn >= _MOST_DRAWN or self.tired:
                self._share = max(len(kept) / max(1, len(rosters)), 1e-3)
                if not exhausted and len(kept) < count and refusing:
                    self._hindering = refusing[0]
                return _first(kept, worth, count, rest)
            countable = [each for each in refusing if each.automata]
            if len(kept) < drawn * _FEW_PASS and countable and self._count_exactly(countable[:1]):
                tables, drawn = [None] * len(self._branches), self._first_draw(count)
            else:
                drawn = min(drawn * 4, _MOST_DRAWN)

    def some(self, values: Ints, count: int, turn: int = 0) -> Rosters:
        """Return lineups among the best, about `count`: those that pass the filters out of up to twice as many.

        It is quicker than `best`, proves nothing, and may return a lineup twice. turn: which of the branches that are
        not the best ones are searched as well.
        """
        priced = values if self._ownership.prices is None else values - self._ownership.prices
        drawn = int(count * min(2.0, 1 / self._share))
        branches = [self._branches[number] for number in self._in_turn(turn)]
        share = -(-drawn * 2 // (len(branches) + 1))
        found = [k_best(tables_of(paths, priced), share) for paths in branches]
        usable = [each.rosters[each.values > _WORST] for each in found]
        rosters = np.concatenate((np.empty((0, self.problem.format.size), np.int16), *usable))
        return rosters[self._sieve(rosters)[0]]

    def _in_turn(self, turn: int) -> list[int]:
        leading, others = self._rank[:_LEADING], self._rank[_LEADING:]
        first, more = turn * _TAKING_TURNS, min(_TAKING_TURNS, len(others))
        return leading + [others[place % len(others)] for place in range(first, first + more)]

    def _first_draw(self, count: int) -> int:
        if not self._filters:
            return count
        return min(int(count / self._share * 1.2) + 20, _MOST_DRAWN)

    def _draw(self, values: Ints, tables: list[Tables | None], count: int) -> tuple[Rosters, NDArray[np.int64]]:
        """Return the best lineups before the filters, and their values. tables: of the branches, kept for the next."""
        rosters = np.empty((0, self.problem.format.size), np.int16)
        sums = np.empty(0, np.int64)
        tops = []
        for number, paths in enumerate(self._branches):
            table = tables[number] or tables_of(paths, values)
            tops.append(table.best)
            self._work += sum(each.size for each in table.completions) // _CELLS_OF_STEP
            if len(self._branches) == 1:
                tables[number] = table  # of one search only: those of thirty teams would fill the memory
            if table.best <= (int(sums[-1]) if len(sums) >= count else _WORST):
                continue
            found = k_best(table, count)
            self._work += len(paths.layers) * (count + _WORK_OF_LAYER)
            rosters = np.concatenate((rosters, found.rosters))
            sums = np.concatenate((sums, found.values.astype(np.int64)))
            rosters, sums = _ordered(rosters, sums, several=len(self._branches) > 1)
            rosters, sums = rosters[:count], sums[:count]
        self._rank = sorted(range(len(tops)), key=lambda number: -tops[number])
        usable = sums > _WORST
        return rosters[usable], sums[usable]

    def _sieve(self, rosters: Rosters) -> tuple[NDArray[np.bool_], list[Constraint]]:
        """Return which lineups pass, and the filters that refuse some, the one that refuses most first."""
        members = self.problem.owner[rosters]
        passing = np.ones(len(rosters), np.bool_)
        refused: list[tuple[int, int]] = []
        for number, constraint in enumerate(self._filters):
            keeps = constraint.keeps(members)
            passing &= keeps
            if not keeps.all():
                refused.append((int(keeps.sum()), number))
        return passing, [self._filters[number] for _, number in sorted(refused)]

    def _count_exactly(self, constraints: list[Constraint]) -> bool:
        """Make automata of filters. Return False, and change no answer, if that is too much work."""
        if self._refused >= _MOST_REFUSED:
            return False
        key = (*map(id, self._filters), 0, *map(id, constraints))
        if key in self._too_much or not self._counted(constraints):
            self._too_much.add(key)
            self._refused += 1
            return False
        return True

    def _counted(self, constraints: list[Constraint]) -> bool:
        counters = self._counters
        for constraint in constraints:
            counters = [(*each, automaton) for each in counters for automaton in constraint.automata]
        if len(counters) > _MOST_BRANCHES:
            return False
        allowance = Allowance(self._states // 2)
        self._states -= allowance.states
        try:
            branches = self._paths(counters, allowance)
        except TooManyStatesError:
            return False
        self._states += allowance.states
        states = max((sum(layer.states for layer in paths.layers) for paths in branches), default=0)
        if states * (self.problem.budget + 1) > _MOST_CELLS:
            return False
        self._counters, self._branches, self._rank = counters, branches, list(range(len(branches)))
        self._filters = [each for each in self._filters if each not in constraints]
        return True

    def _paths(self, counters: list[tuple[Counter, ...]], allowance: Allowance | None = None) -> list[Paths]:
        problem = self.problem
        layers = [layers_of(problem, each, allowance) for each in counters]
        return [
            Paths(each, problem.choices, problem.cost, problem.budget, problem.least, problem.format.size)
            for each in layers
            if each is not None
        ]

    def _most_owned(self, values: Ints, owned: NDArray[np.int64]) -> int:
        """Return the ownership of the best lineup before the filters; 0 if there is none."""
        rosters, _ = self._draw(values, [None] * len(self._branches), 1)
        return int(owned[rosters].sum())


class _Ownership:
    """The price of ownership: the least at which the best lineup keeps the limit.

    prices: of each choice, None without a limit. limit: what the whole limit costs.
    """

    def __init__(self, problem: Problem, most_owned: Callable[[Ints, NDArray[np.int64]], int]) -> None:
        self.prices: Ints | None = None
        self.limit = 0
        most = problem.rules.max_ownership
        if most is None:
            return
        owned = owned_of(problem.players)[problem.owner]
        low, high = 0, int(np.abs(problem.points).max(initial=0)) * problem.format.size
        for _ in range(_HALVINGS):
            rate = (low + high) // 2
            prices = (owned * rate // OWNERSHIP).astype(np.int32)
            if most_owned(problem.points - prices, owned) <= most * OWNERSHIP:
                high = rate
            else:
                low = rate
        self.prices = (owned * high // OWNERSHIP).astype(np.int32)
        self.limit = int(high * most)


def _ordered(rosters: Rosters, sums: NDArray[np.int64], *, several: bool) -> tuple[Rosters, NDArray[np.int64]]:
    """Return lineups by value, equal ones by their players. several: lineups may be there twice; one is kept."""
    order = np.lexsort((*rosters.T[::-1], -sums))
    rosters, sums = rosters[order], sums[order]
    if several:
        new = np.ones(len(rosters), np.bool_)
        new[1:] = (rosters[1:] != rosters[:-1]).any(axis=1)
        rosters, sums = rosters[new], sums[new]
    return rosters, sums


def _first(rosters: Rosters, worth: NDArray[np.int64], count: int, rest: int) -> Answer:
    """Return the best of the lineups that were found."""
    rosters, worth = _ordered(rosters, worth, several=False)
    if len(worth) > count:
        rest = max(rest, int(worth[count]))
    return Answer(rosters[:count], worth[:count], rest)
