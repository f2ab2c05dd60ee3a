"""Late swap: entries of a contest that has begun get better players where their slots are still open.

Each entry is a unit of work of its own: whatever is wrong with it, it is kept as it is, with the reason, and the others
go on.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

import numpy as np

from pickvs.dfs.optimizer.constraints import constraints_of
from pickvs.dfs.optimizer.lineups import seats
from pickvs.dfs.optimizer.pool import Player, Pool, by_id
from pickvs.dfs.optimizer.problem import PoolError, Problem, problem_of
from pickvs.dfs.optimizer.residual import residual_problem
from pickvs.dfs.optimizer.rules import LineupRules
from pickvs.dfs.optimizer.search import Search
from pickvs.dfs.optimizer.slots import latest_in_widest

_TRIED = 30
"""How many of the best lineups are tried before as many as the contest has entries."""

type Signature = frozenset[tuple[int, Decimal]]
"""What makes a lineup different from others: its players, and whose points count by what factor."""


class Kept(StrEnum):
    """Why an entry is kept as it was."""

    ALL_LOCKED = "all_locked"
    LOCKED_EMPTY = "locked_empty"
    UNKNOWN_PLAYER = "unknown_player"
    REFUSED = "refused"
    NO_LINEUP = "no_lineup"
    NO_BETTER = "no_better"
    NOT_UNIQUE = "not_unique"


_WORDS = {
    Kept.ALL_LOCKED: "All slots are locked.",
    Kept.LOCKED_EMPTY: "A locked slot is empty, so the lineup cannot be completed.",
    Kept.UNKNOWN_PLAYER: "A locked player is not among the players of the slate.",
    Kept.NO_LINEUP: "No lineup with the locked players keeps the cap and the rules.",
    Kept.NO_BETTER: "No lineup with the locked players has a higher projection.",
    Kept.NOT_UNIQUE: "Every better lineup is that of another entry of the contest.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry in the order of the format's slots.

    contest: entries of one contest differ from each other. players: ids; None for an empty slot. locked: numbers of the
    slots that cannot change any more.
    """

    id: str
    contest: str
    players: tuple[int | None, ...]
    locked: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped:
    """What became of an entry.

    players: in the order of the slots, as before if it was kept. points: their projection now; players who have none
    count 0. before: that of the old players. kept, text: why it was kept; None and empty if it was swapped.
    """

    entry: str
    players: tuple[int | None, ...]
    points: Decimal
    before: Decimal
    kept: Kept | None = None
    text: str = ""


def swap(
    pool: Pool,
    rules: LineupRules,
    entries: Sequence[Entry],
    *,
    begun: Collection[int],
    starts: Mapping[int, datetime],
) -> Iterator[Swapped]:
    """Yield what becomes of each entry, those with the same fixed slots together.

    A swapped entry has the best lineup around its fixed players that no other entry of its contest has. It is kept if
    that has no higher projection, unless the old lineup is incomplete or breaks the rules. pool: all players of the
    slate, also those who play already. begun: players whose games have begun: who has them keeps them, nobody gets
    them. starts: when the others' games start, for the order of the slots.

    Raises PoolError if the pool contradicts itself, whatever the entries.
    """
    swaps = _Swaps(pool, rules, entries, begun, starts)

    def place(entry: Entry) -> list[tuple[int, int]]:
        return [(number, entry.players[number] or 0) for number in swaps.fixed(entry)]

    for _, alike in groupby(sorted(entries, key=place), key=place):
        yield from swaps.alike(list(alike))


class _Swaps:
    def __init__(
        self,
        pool: Pool,
        rules: LineupRules,
        entries: Sequence[Entry],
        begun: Collection[int],
        starts: Mapping[int, datetime],
    ) -> None:
        self._pool, self._rules, self._starts = pool, rules, starts
        self._begun = frozenset(begun)
        self._players = by_id(pool.players)
        free = tuple(player for player in pool.players if player.id not in self._begun)
        self._whole = problem_of(replace(pool, players=free), LineupRules()).automaton
        self._taken: dict[str, Counter[Signature]] = {}
        for entry in entries:
            self._taken.setdefault(entry.contest, Counter())[self._signature(entry.players)] += 1

    def fixed(self, entry: Entry) -> list[int]:
        """Return the numbers of the slots that cannot change."""
        return [
            number
            for number, player in enumerate(entry.players)
            if number in entry.locked or (player is not None and player in self._begun)
        ]

    def alike(self, entries: Sequence[Entry]) -> Iterator[Swapped]:
        """Yield what becomes of entries that have the same players in the same fixed slots."""
        fixed = {number: entries[0].players[number] for number in self.fixed(entries[0])}
        if len(fixed) == self._pool.format.size:
            kept, text = Kept.ALL_LOCKED, ""
        elif None in fixed.values():
            kept, text = Kept.LOCKED_EMPTY, ""
        elif any(player not in self._players for player in fixed.values()):
            kept, text = Kept.UNKNOWN_PLAYER, ""
        else:
            known = {number: self._players[player] for number, player in fixed.items() if player is not None}
            staying = {player.id for player in known.values()}
            free = tuple(each for each in self._pool.players if each.id not in self._begun and each.id not in staying)
            try:
                problem = residual_problem(replace(self._pool, players=free), self._rules, known, self._whole)
                rest = _Rest(problem, known)
            except PoolError as error:
                kept, text = Kept.REFUSED, str(error)
            else:
                yield from (self._swap(entry, rest) for entry in entries)
                return
        yield from (self._keep(entry, kept, text) for entry in entries)

    def _swap(self, entry: Entry, rest: "_Rest") -> Swapped:
        taken = self._taken[entry.contest]
        own = self._signature(entry.players)
        taken[own] -= 1
        old = rest.value(entry.players)
        others = taken.total()
        for count in (_TRIED, others + 1):
            better = rest.better_than(old, count)
            for lineup in better:
                if not taken[self._signature(lineup)]:
                    taken[self._signature(lineup)] += 1
                    return self._swapped(entry, lineup, rest)
            if len(better) < count or count > others:
                break
        taken[own] += 1
        return self._keep(entry, Kept.NOT_UNIQUE if better else Kept.NO_LINEUP if old is None else Kept.NO_BETTER)

    def _swapped(self, entry: Entry, lineup: Sequence[int], rest: "_Rest") -> Swapped:
        players = latest_in_widest(
            self._pool.format, [self._players[each] for each in lineup], self._starts, rest.fixed.keys()
        )
        return Swapped(
            entry=entry.id, players=players, points=self._points(players), before=self._points(entry.players)
        )

    def _keep(self, entry: Entry, kept: Kept, text: str = "") -> Swapped:
        points = self._points(entry.players)
        return Swapped(
            entry=entry.id,
            players=entry.players,
            points=points,
            before=points,
            kept=kept,
            text=text or _WORDS[kept],
        )

    def _points(self, players: Sequence[int | None]) -> Decimal:
        pairs = zip(self._pool.format.slots, players, strict=True)
        known = ((slot, self._players[player]) for slot, player in pairs if player in self._players)
        return sum((slot.factor * player.points for slot, player in known), Decimal())

    def _signature(self, players: Sequence[int | None]) -> Signature:
        pairs = zip(self._pool.format.slots, players, strict=True)
        return frozenset((player, slot.factor) for slot, player in pairs if player is not None)


class _Rest:
    """The lineups around fixed players, the best first."""

    def __init__(self, problem: Problem, fixed: Mapping[int, Player]) -> None:
        self.fixed = fixed
        self._problem, self._search = problem, Search(problem)
        slots = problem.format.slots
        self._open = [number for number in range(len(slots)) if number not in fixed]
        self._rest = replace(problem.format, slots=tuple(slots[number] for number in self._open))
        self._choice = {
            (problem.players[owner].id, problem.factor[choice]): choice
            for choice, owner in enumerate(problem.owner.tolist())
        }
        self._found: list[tuple[int, tuple[int, ...]]] = []
        self._asked = 0

    def value(self, players: Sequence[int | None]) -> int | None:
        """Return the worth of a lineup in the search's units; None if it is incomplete or breaks a rule."""
        problem, slots = self._problem, self._problem.format.slots
        choices = [
            self._choice.get((player, slot.factor)) if player is not None else None
            for slot, player in zip(slots, players, strict=True)
        ]
        roster = [choice for choice in choices if choice is not None]
        if len(roster) < len(slots):
            return None
        owners = problem.owner[roster]
        spent = sum(problem.cost[choice] for choice in roster)
        legal = all(
            number in self.fixed or slots[number].name in problem.players[owner].slots
            for number, owner in enumerate(owners)
        )
        kept = all(each.keeps(owners[None, :])[0] for each in constraints_of(problem))
        if not legal or not kept or not problem.least <= spent <= problem.budget or not problem.locked <= {*owners}:
            return None
        return int(problem.points[roster].astype(np.int64).sum())

    def better_than(self, value: int | None, count: int) -> list[tuple[int, ...]]:
        """Return lineups of the `count` best that are worth more, as ids in the order of the slots."""
        if self._asked < count:
            found = self._search.best(self._problem.points, count)
            self._found = [
                (worth, self._seated(roster))
                for worth, roster in zip(found.values.tolist(), found.rosters.tolist(), strict=True)
            ]
            self._asked = count
        return [lineup for worth, lineup in self._found[:count] if value is None or worth > value]

    def _seated(self, roster: Sequence[int]) -> tuple[int, ...]:
        problem = self._problem
        free = [choice for choice in roster if choice >= len(self.fixed)]
        players = [problem.players[problem.owner[choice]] for choice in free]
        places = seats(self._rest, players, [problem.factor[choice] for choice in free])
        ids = {number: player.id for number, player in self.fixed.items()}
        ids |= {number: players[place].id for number, place in zip(self._open, places, strict=True)}
        return tuple(ids[number] for number in range(problem.format.size))
