"""The exact k best paths through layers: a table of the best completions, then one pass forward.

The table of a layer says for each state and each salary left what the best completion scores. The forward pass keeps
the nodes with the k best bounds. Each bound is reached by a completion, so nothing that it drops belongs to the k best,
and no node is a dead end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.optimizer.layers import Layer
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


def k_best(tables: Tables, count: int) -> Found:
    """Return the `count` best lineups, fewer if there are fewer. Of equal ones the players' order decides."""
    paths = tables.paths
    state = np.zeros(1, np.intp)
    left = np.full(1, paths.budget, np.intp)
    value = np.zeros(1, np.int32)
    filled = np.zeros(1, np.intp)
    rosters = np.full((1, paths.size), -1, np.int16)
    if tables.best == NOTHING:
        return Found(rosters[:0], value[:0])
    for number, (layer, choices) in enumerate(zip(paths.layers, paths.choices, strict=True)):
        after = tables.completions[number + 1]
        width = after.shape[1]
        flat = after.reshape(-1)
        states, lefts, gained = [layer.skip[state]], [left], [value]
        bounds = [value + flat[states[0] * width + left]]
        for choice, take in zip(choices, layer.takes, strict=True):
            rest = left - paths.costs[choice]
            taken = np.where(rest >= 0, take[state], after.shape[0] - 1)
            states.append(taken)
            lefts.append(rest)
            gained.append(value + np.int32(tables.values[choice]))
            bounds.append(gained[-1] + flat[taken * width + np.maximum(rest, 0)])
        kept = _best_of(np.concatenate(bounds), count)
        parents = kept % len(state)
        option = kept // len(state)
        state = np.concatenate(states)[kept]
        left = np.concatenate(lefts)[kept]
        value = np.concatenate(gained)[kept]
        rosters, filled = rosters[parents], filled[parents]
        took = np.flatnonzero(option)
        rosters[took, filled[took]] = np.asarray(choices, np.int16)[option[took] - 1]
        filled[took] += 1
    order = np.argsort(-value, kind="stable")
    return Found(rosters[order], value[order])


def _best_of(bounds: Ints, count: int) -> NDArray[np.intp]:
    """Return the numbers of the `count` best bounds, rising. Of equal ones the first are taken, and no more."""
    alive = np.flatnonzero(bounds > _FLOOR)
    if len(alive) <= count:
        return alive
    bounds = bounds[alive]
    least = np.partition(bounds, len(bounds) - count)[len(bounds) - count]
    above = np.flatnonzero(bounds > least)
    equal = np.flatnonzero(bounds == least)[: count - len(above)]
    return np.asarray(alive[np.sort(np.concatenate((above, equal)))])
