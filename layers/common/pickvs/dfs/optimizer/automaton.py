"""The roster automaton: which players may still be taken, in as few states as possible.

Players are taken class by class. A class is all players who may fill the same slots. A partial roster is described by
the occupations it could have: each says how many slots of each name are filled. Taking a player fills one more slot in
each of them (the independent sets of a transversal matroid), and the player may be taken if one occupation is left.
States that the remaining classes cannot tell apart are merged, from the last class to the first (partition refinement).
How many states are left depends on the order of the classes, which is found by a seeded local search.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from pickvs.dfs.formats.rules import Slot

type Class = tuple[frozenset[str], ...]
"""A set of slot names per option: the slots of factor 1, the captain's slots. A player is taken with one option."""

DEAD = -1
"""A state from which no complete roster can be reached."""

_CHANGES = 60
"""How many changes of the class order are tried at most."""

_VISITS = 60_000
"""After how many visits of unmerged states no further change is tried; about 0.2 s. Formats with many classes have
thousands of unmerged states."""

_FIELD = 4
"""Bits of the number of filled slots of one name in a packed occupation."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The part of the automaton in which players of one class are taken.

    take: per option, the state in this stage after one more player of the class. leave: the state of the next stage, by
    state. DEAD where there is none.
    """

    members: Class
    take: tuple[tuple[int, ...], ...]
    leave: tuple[int, ...]

    @property
    def states(self) -> int:
        """How many states the stage has."""
        return len(self.leave)


@dataclass(frozen=True, slots=True)
class Automaton:
    """Stages in the order in which their classes are taken.

    start: the state of the first stage, DEAD if no roster can be completed. The last stage leaves to state 0.
    """

    stages: tuple[Stage, ...]
    start: int


class _Occupations:
    """States before merging, by number, and what taking a player of a class makes of them."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        names = list(dict.fromkeys(slot.name for slot in slots))
        self.place = {name: number * _FIELD for number, name in enumerate(names)}
        self.capacity = {name: sum(slot.name == name for slot in slots) for name in names}
        self.size = len(slots)
        self._known: dict[frozenset[int], int] = {}
        self._states: list[frozenset[int]] = []
        self._taken: dict[tuple[int, frozenset[str]], int] = {}
        self.filled: list[int] = []
        self.empty = self._number(frozenset({0}), 0)

    def _number(self, state: frozenset[int], filled: int) -> int:
        if state not in self._known:
            self._known[state] = len(self._states)
            self._states.append(state)
            self.filled.append(filled)
        return self._known[state]

    def take(self, number: int, names: frozenset[str]) -> int:
        """Return the state after a player who may fill the slots `names`; DEAD if none of them is left."""
        key = (number, names)
        if key not in self._taken:
            mask = (1 << _FIELD) - 1
            state = frozenset(
                occupation + (1 << self.place[name])
                for occupation in self._states[number]
                for name in names
                if occupation >> self.place[name] & mask < self.capacity[name]
            )
            self._taken[key] = self._number(state, self.filled[number] + 1) if state else DEAD
        return self._taken[key]


def _reached(occupations: _Occupations, order: Sequence[Class]) -> list[list[int]]:
    """Return per class the states in which its players are taken, the least filled first."""
    found = {occupations.empty}
    stages = []
    for members in order:
        waiting = list(found)
        while waiting:
            state = waiting.pop()
            for names in members:
                after = occupations.take(state, names)
                if after != DEAD and after not in found:
                    found.add(after)
                    waiting.append(after)
        stages.append(sorted(found, key=lambda state: (occupations.filled[state], state)))
    return stages


def _merged(occupations: _Occupations, order: Sequence[Class]) -> tuple[Automaton, int]:
    """Return the least automaton that takes the classes in this order, and how many unmerged states were visited."""
    reached = _reached(occupations, order)
    after = {state: 0 for state in reached[-1] if occupations.filled[state] == occupations.size}
    stages: list[Stage] = []
    for members, states in zip(reversed(order), reversed(reached), strict=True):
        known: dict[tuple[int, ...], int] = {}
        merged: dict[int, int] = {}
        for state in reversed(states):
            key = (
                after.get(state, DEAD),
                *(merged.get(occupations.take(state, names), DEAD) for names in members),
            )
            if max(key) != DEAD:
                merged[state] = known.setdefault(key, len(known))
        leave, *takes = zip(*known, strict=True) if known else ((), *((),) * len(members))
        stages.append(Stage(members, tuple(takes), leave))
        after = merged
    return Automaton(tuple(reversed(stages)), after.get(occupations.empty, DEAD)), sum(map(len, reached))


def _cost(automaton: Automaton, counts: Mapping[Class, int]) -> int:
    return sum(stage.states * counts[stage.members] for stage in automaton.stages)


@lru_cache(maxsize=16)
def roster_automaton(
    slots: tuple[Slot, ...], counts: tuple[tuple[Class, int], ...], known: tuple[Class, ...] = ()
) -> Automaton:
    """Return the automaton of a format's slots for the classes of a pool.

    counts: players of each class. The order of the classes makes the sum over all players of the states in which they
    are taken small. It is the same on every machine. known: a good order of the classes, where there is one.
    """
    weights = dict(counts)
    occupations = _Occupations(slots)
    if known:
        return _merged(occupations, known)[0]
    place = {slot.name: number for number, slot in reversed(list(enumerate(slots)))}

    def span(members: Class) -> tuple[list[int], ...]:
        return tuple(sorted(place[name] for name in names) for names in members)

    order = sorted(weights, key=span)
    best, visits = _merged(occupations, order)
    draw = Random(0)  # noqa: S311 -- a search, not a secret
    for _ in range(_CHANGES if len(order) > 1 else 0):
        if visits > _VISITS:
            break
        tried = list(order)
        tried.insert(draw.randrange(len(order)), tried.pop(draw.randrange(len(order))))
        other, visited = _merged(occupations, tried)
        visits += visited
        if _cost(other, weights) < _cost(best, weights):
            order, best = tried, other
    return best
