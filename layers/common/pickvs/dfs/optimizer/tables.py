"""The exact k best paths through layers: a table of the best completions, then one pass forward.

The table of a layer says for each state and each salary left what the best completion scores. The forward pass keeps
the nodes with the k best bounds. Each bound is reached by a completion, so nothing that it drops belongs to the k best,
and no node is a dead end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.optimizer.layers import Ids, Layer
from pickvs.dfs.optimizer.problem import Ints, Rosters

NOTHING = -(1 << 30)
"""The score of no lineup. Sums with it stay inside 32 bits, and below any lineup's."""

_FLOOR = NOTHING // 2


@dataclass(frozen=True, slots=True)
class Paths:
    """Layers with the choices of each player and what they cost.

    costs: by choice, in salary units. budget: units that may be spent. least: units that must be spent. size: players
    of a lineup.
    """

    layers: Sequence[Layer]
    choices: Sequence[Sequence[int]]
    costs: Sequence[int]
    budget: int
    least: int
    size: int


@dataclass(frozen=True, slots=True)
class Found:
    """Lineups and their values, the best first. Equal ones are in the order in which the search meets them."""

    rosters: Rosters
    values: Ints


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of all layers under given values of the choices."""

    paths: Paths
    values: Sequence[int]
    completions: Sequence[Ints]

    @property
    def best(self) -> int:
        """Return the best lineup's value; NOTHING if there is no lineup."""
        top = int(self.completions[0][0, self.paths.budget])
        return top if top > _FLOOR else NOTHING


def tables_of(paths: Paths, values: Ints) -> Tables:
    """Return the tables under the values of the choices, in 1/10,000 of a point."""
    width = paths.budget + 1
    score = values.tolist()
    last = np.full((2, width), NOTHING, np.int32)
    last[0, : max(0, width - paths.least)] = 0
    completions = [last]
    for layer, choices in zip(reversed(paths.layers), reversed(paths.choices), strict=True):
        after = completions[-1]
        table = after[layer.skip]
        for choice, take in zip(choices, layer.takes, strict=True):
            cost = paths.costs[choice]
            if cost < width:
                gain = after[take, : width - cost]
                gain += score[choice]
                np.maximum(table[:, cost:], gain, out=table[:, cost:])
        table[-1] = NOTHING
        completions.append(table)
    return Tables(paths, score, completions[::-1])


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Partial lineups, one of each array's elements each.

    state, left: where they are in the next layer, and the salary that is left. value: of the players so far. pick: the
    number of the last of these in `_Picks`. bound: the best lineup that follows.
    """

    state: NDArray[np.intp]
    left: NDArray[np.intp]
    value: Ints
    pick: NDArray[np.intp]
    bound: Ints

    def at(self, places: NDArray[np.intp]) -> "_Nodes":
        """Return those of the nodes that are at the places."""
        return _Nodes(
            self.state.take(places),
            self.left.take(places),
            self.value.take(places),
            self.pick.take(places),
            self.bound.take(places),
        )


class _Picks:
    """Which choice was taken after which: partial lineups share their beginnings. Number 0 is the empty lineup."""

    def __init__(self) -> None:
        self._choices = [np.zeros(1, np.int16)]
        self._before = [np.zeros(1, np.intp)]
        self._count = 1

    def add(self, choice: int, before: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the numbers of what follows when a choice is taken after each of `before`."""
        self._choices.append(np.full(len(before), choice, np.int16))
        self._before.append(before)
        numbers = np.arange(self._count, self._count + len(before))
        self._count += len(before)
        return numbers

    def rosters(self, last: NDArray[np.intp], size: int) -> Rosters:
        """Return the lineups of `size` players that end with these numbers."""
        choices, before = np.concatenate(self._choices), np.concatenate(self._before)
        rosters = np.empty((len(last), size), np.int16)
        for place in reversed(range(size)):
            rosters[:, place] = choices.take(last)
            last = before.take(last)
        return rosters


def k_best(tables: Tables, count: int) -> Found:
    """Return the `count` best lineups, fewer if there are fewer. Of equal ones the players' order decides."""
    paths, picks = tables.paths, _Picks()
    if tables.best == NOTHING:
        return Found(np.empty((0, paths.size), np.int16), np.empty(0, np.int32))
    start = np.zeros(1, np.intp)
    nodes = _Nodes(start, start + paths.budget, start.astype(np.int32), start, np.full(1, tables.best, np.int32))
    least = _FLOOR + 1
    for number, (layer, choices) in enumerate(zip(paths.layers, paths.choices, strict=True)):
        after = tables.completions[number + 1]
        following = [_passed(nodes, layer.skip, after, least)]
        for choice, take in zip(choices, layer.takes, strict=True):
            taken = _taken(nodes, take, after, least, paths.costs[choice], tables.values[choice])
            if len(taken.pick):
                following.append(replace(taken, pick=picks.add(choice, taken.pick)))
        nodes = _together(following)
        if len(nodes.bound) > count:
            nodes, least = _best_of(nodes, count)
    order = np.argsort(-nodes.value, kind="stable")
    return Found(picks.rosters(nodes.pick[order], paths.size), nodes.value[order])


def _passed(nodes: _Nodes, skip: Ids, after: Ints, least: int) -> _Nodes:
    """Return the nodes after a player is passed, without those whose bound falls below `least`."""
    bound = after.reshape(-1).take((skip * after.shape[1]).take(nodes.state) + nodes.left)
    bound += nodes.value
    kept = np.flatnonzero(bound >= least)
    passed = _Nodes(nodes.state, nodes.left, nodes.value, nodes.pick, bound)
    if len(kept) < len(bound):
        passed = passed.at(kept)
    return replace(passed, state=skip.take(passed.state))


def _taken(nodes: _Nodes, take: Ids, after: Ints, least: int, cost: int, value: int) -> _Nodes:
    """Return the nodes after a choice is taken, without those whose bound falls below `least`.

    pick is still that of the lineup before.
    """
    left = nodes.left - cost
    bound = after.reshape(-1).take((take * after.shape[1]).take(nodes.state) + np.maximum(left, 0))
    bound += nodes.value
    bound += np.int32(value)
    kept = np.flatnonzero((bound >= least) & (left >= 0))
    return _Nodes(
        take.take(nodes.state.take(kept)),
        left.take(kept),
        nodes.value.take(kept) + np.int32(value),
        nodes.pick.take(kept),
        bound.take(kept),
    )


def _together(parts: Sequence[_Nodes]) -> _Nodes:
    """Return the nodes of all parts in their order."""
    if len(parts) == 1:
        return parts[0]
    return _Nodes(
        np.concatenate([part.state for part in parts]),
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.pick for part in parts]),
        np.concatenate([part.bound for part in parts]),
    )


def _best_of(nodes: _Nodes, count: int) -> tuple[_Nodes, int]:
    """Return the `count` nodes with the best bounds in their order, and the least of these bounds.

    Of equal ones the first are taken, and no more: prices make many lineups equal. The least bound only rises from
    layer to layer, because every bound is also that of a node of the next layer.
    """
    bound = nodes.bound
    least = int(np.partition(bound, len(bound) - count)[len(bound) - count])
    kept = bound > least
    kept[np.flatnonzero(bound == least)[: count - np.count_nonzero(kept)]] = True
    return nodes.at(np.flatnonzero(kept)), least
