"""The roster automaton and counting automata together, player by player, with as few states as possible."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.optimizer.automaton import DEAD
from pickvs.dfs.optimizer.counters import BROKEN, Counter
from pickvs.dfs.optimizer.problem import Problem

type Ids = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Layer:
    """What happens to each state when one player is passed or taken.

    skip, takes: the state of the next layer, by state; takes per choice of the player. The number after the last state
    of the next layer means that no lineup follows. Each has one entry more: what follows nothing is nothing.
    """

    skip: Ids
    takes: tuple[Ids, ...]

    @property
    def states(self) -> int:
        """How many states the layer has."""
        return len(self.skip) - 1


type _State = tuple[int, ...]


class TooManyStatesError(Exception):
    """The rules have more states together than are allowed."""


@dataclass(slots=True)
class Allowance:
    """How many more states may be reached, before they are merged, by the layers that are made with it."""

    states: int


def layers_of(
    problem: Problem, counters: Sequence[Counter], allowance: Allowance | None = None
) -> tuple[Layer, ...] | None:
    """Return a layer per player; state 0 of the first is the empty roster. None if no lineup keeps the rules.

    Raises TooManyStatesError if the allowance is used up; None: there is no limit.
    """
    if not problem.possible or problem.automaton.start == DEAD:
        return None
    touching = [
        [rule for rule in range(len(counters)) if counters[rule].touches(p)] for p in range(len(problem.players))
    ]
    reached: list[list[_State]] = [[(problem.automaton.start, *(0 for _ in counters))]]
    steps: list[list[list[_State | None]]] = []
    for player in range(len(problem.players)):
        if player and _alike(problem, touching, player) and reached[-1] is reached[-2]:
            # Where players of one class lead to no new state, all further ones that no rule counts do the same.
            steps.append(steps[-1])
            reached.append(reached[-1])
            continue
        following: dict[_State, None] = {}
        rows = []
        for state in reached[-1]:
            row = _successors(problem, counters, touching[player], player, state)
            following.update((after, None) for after in row if after is not None)
            rows.append(row)
            if allowance is not None and len(following) > allowance.states:
                raise TooManyStatesError
        if allowance is not None:
            allowance.states -= len(following)
        steps.append(rows)
        reached.append(reached[-1] if following.keys() == set(reached[-1]) else list(following))
    ends: dict[_State, int] = {}
    for state in reached[-1]:
        if all(rule.accepts(count) for rule, count in zip(counters, state[1:], strict=True)):
            ends[state] = 0
    return _merged(problem, reached, steps, ends)


def _alike(problem: Problem, touching: Sequence[Sequence[int]], player: int) -> bool:
    """Return whether a player does to each state what the one before him does.

    Both are of one class and not its last, not locked, and no rule counts them.
    """
    return not (
        touching[player - 1]
        or touching[player]
        or problem.locked & {player - 1, player}
        or problem.stages[player - 1] != problem.stages[player]
        or _is_last(problem, player)
    )


def _is_last(problem: Problem, player: int) -> bool:
    """Return whether the player is the last one of his class."""
    return player + 1 == len(problem.players) or problem.stages[player + 1] != problem.stages[player]


def _successors(
    problem: Problem, counters: Sequence[Counter], touching: Sequence[int], player: int, state: _State
) -> list[_State | None]:
    """Return the states after the player is passed, and after each of his choices."""
    stage = problem.automaton.stages[problem.stages[player]]
    last = _is_last(problem, player)

    def after(roster: int, counts: Sequence[int]) -> _State | None:
        if roster != DEAD and last:
            roster = stage.leave[roster]
        return None if roster == DEAD or BROKEN in counts else (roster, *counts)

    counts = list(state[1:])
    row = [None if player in problem.locked else after(state[0], counts)]
    for rule in touching:
        counts[rule] = counters[rule].take(counts[rule], player)
    row.extend(after(take[state[0]], counts) for take in stage.take)
    return row


def _merged(
    problem: Problem,
    reached: Sequence[Sequence[_State]],
    steps: Sequence[Sequence[Sequence[_State | None]]],
    ends: dict[_State, int],
) -> tuple[Layer, ...] | None:
    """Merge, from the last layer to the first, the states that have the same successors."""
    number, dead = ends, 1 if ends else 0
    found: list[Layer] = []
    settled = False
    for player in reversed(range(len(problem.players))):
        if settled and steps[player] is steps[player + 1]:
            found.append(found[-1])
            continue
        known: dict[tuple[int, ...], int] = {}
        merged: dict[_State, int] = {}
        for state, row in zip(reached[player], steps[player], strict=True):
            key = tuple(dead if after is None else number.get(after, dead) for after in row)
            if min(key) != dead:
                merged[state] = known.setdefault(key, len(known))
        table = np.array([*known, (dead,) * (1 + len(problem.choices[player]))], np.intp)
        skip, *takes = (np.ascontiguousarray(column) for column in table.T)
        found.append(Layer(skip, tuple(takes)))
        settled = merged == number and dead == len(known)
        number, dead = merged, len(known)
    return tuple(reversed(found)) if dead else None
