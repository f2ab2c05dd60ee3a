"""A pool and its rules in whole numbers, as the search takes them.

Points are counted in 1/10,000, salaries in their greatest common divisor. All sums are exact: the same pool gives the
same lineups on every machine. A projection with more than four decimals is rounded for the search alone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import gcd

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.optimizer.automaton import Automaton, Class, roster_automaton
from pickvs.dfs.optimizer.pool import Player, Pool
from pickvs.dfs.optimizer.rules import LineupRules

SCALE = 10_000
"""Units of a point."""

MOST_POINTS = 1_000
"""Largest projection of a player, up or down: sums of ten players and their prices stay far inside 32 bits."""

MOST_PLAYERS = 1_000

type Ints = NDArray[np.int32]
type Rosters = NDArray[np.int16]
"""Lineups, one a row: the numbers of their choices, rising."""


class PoolError(ValueError):
    """A pool or its rules contradict themselves; the message says what to correct."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What the search needs of a pool.

    players: usable ones in the order in which they are taken. A choice is a player with one of his options: in a slot
    of factor 1, or as the captain. owner, factor, dollars, cost, points: of each choice its player, factor, salary in
    dollars and in units, projection in 1/10,000. choices: of each player. stages: each player's stage of the automaton.
    budget: units that may be spent. least: units that must be spent. locked: numbers of players. possible: False if a
    locked player cannot be used.
    """

    format: Format
    rules: LineupRules
    players: tuple[Player, ...]
    choices: tuple[tuple[int, ...], ...]
    owner: NDArray[np.int64]
    factor: tuple[Decimal, ...]
    dollars: tuple[int, ...]
    cost: tuple[int, ...]
    points: Ints
    automaton: Automaton
    stages: tuple[int, ...]
    budget: int
    least: int
    locked: frozenset[int]
    possible: bool

    @property
    def numbers(self) -> dict[int, int]:
        """Return the players' numbers by their ids."""
        return {player.id: number for number, player in enumerate(self.players)}


def problem_of(pool: Pool, rules: LineupRules, whole: Automaton | None = None) -> Problem:
    """Return the pool in whole numbers.

    Players who are excluded, project below the rules' least, or fit no slot are left out. whole: the automaton of the
    same players and more slots, whose order of classes is as good here. Raises PoolError.
    """
    _check(pool, rules)
    usable = [player for player in pool.players if _usable(pool.format, rules, player)]
    counts = Counter(_class_of(pool.format, player) for player in usable)
    ordered = tuple(sorted(counts.items(), key=lambda item: tuple(tuple(sorted(names)) for names in item[0])))
    known = () if whole is None else _order_in(whole, pool.format, counts)
    automaton = roster_automaton(pool.format.slots, ordered, known) if ordered else Automaton((), -1)
    stage_of = {stage.members: number for number, stage in enumerate(automaton.stages)}
    usable.sort(key=lambda player: stage_of[_class_of(pool.format, player)])
    options = [_options(pool.format, player) for player in usable]
    flat = [(number, *option) for number, each in enumerate(options) for option in each]
    unit = gcd(*(dollars for _, _, dollars in flat)) or pool.format.grid
    ends = np.cumsum([len(each) for each in options]).tolist()
    numbers = {player.id: number for number, player in enumerate(usable)}
    return Problem(
        format=pool.format,
        rules=rules,
        players=tuple(usable),
        choices=tuple(tuple(range(end - len(each), end)) for end, each in zip(ends, options, strict=True)),
        owner=np.array([number for number, _, _ in flat], np.int64),
        factor=tuple(factor for _, factor, _ in flat),
        dollars=tuple(dollars for _, _, dollars in flat),
        cost=tuple(dollars // unit for _, _, dollars in flat),
        points=np.array([in_units(usable[number].points * factor) for number, factor, _ in flat], np.int32),
        automaton=automaton,
        stages=tuple(stage_of[_class_of(pool.format, player)] for player in usable),
        budget=pool.format.cap // unit,
        least=-(-(rules.min_salary or 0) // unit),
        locked=frozenset(numbers[each] for each in rules.locks if each in numbers),
        possible=rules.locks <= numbers.keys(),
    )


def _order_in(whole: Automaton, game: Format, classes: Iterable[Class]) -> tuple[Class, ...]:
    """Return the classes in the order in which the automaton of more slots takes them."""
    slots = {slot.name for slot in game.slots}
    narrowed = [tuple(names & slots for names in stage.members if names & slots) for stage in whole.stages]
    place = {members: number for number, members in reversed(list(enumerate(narrowed)))}
    return tuple(sorted(classes, key=lambda members: place.get(members, len(place))))


def in_units(points: Decimal) -> int:
    """Return points in 1/10,000, rounded half to even."""
    return round(points * SCALE)


def in_points(units: int) -> Decimal:
    """Return units of 1/10,000 as points."""
    return Decimal(int(units)) / SCALE


def _check(pool: Pool, rules: LineupRules) -> None:
    known = {player.id for player in pool.players}
    if len(known) < len(pool.players):
        raise PoolError("Two players of the pool have the same id.")
    if len(known) > MOST_PLAYERS:
        raise PoolError(f"The pool has {len(known)} players; at most {MOST_PLAYERS} can be used.")
    if unknown := sorted(rules.locks - known):
        raise PoolError(f"Locked players are not in the pool: {unknown}.")
    for player in pool.players:
        if abs(player.points) > MOST_POINTS:
            raise PoolError(f"{player.name} projects {player.points} points; at most {MOST_POINTS} can be used.")
        if player.salary < 0 or (player.captain_salary or 0) < 0:
            raise PoolError(f"{player.name} has a negative salary.")


def _usable(game: Format, rules: LineupRules, player: Player) -> bool:
    return (
        player.id not in rules.excludes
        and (rules.min_points is None or player.points >= rules.min_points)
        and any(slot.name in player.slots for slot in game.slots)
    )


def _class_of(game: Format, player: Player) -> Class:
    return tuple(names for _, names in _by_factor(game, player))


def _by_factor(game: Format, player: Player) -> list[tuple[Decimal, frozenset[str]]]:
    """Return the names of the slots that the player may fill, by their factor."""
    slots = [slot for slot in game.slots if slot.name in player.slots]
    return [
        (factor, frozenset(slot.name for slot in slots if slot.factor == factor))
        for factor in sorted({slot.factor for slot in slots})
    ]


def _options(game: Format, player: Player) -> list[tuple[Decimal, int]]:
    """Return factor and salary in dollars of each of the player's options. Raises PoolError."""
    found = []
    for factor, _ in _by_factor(game, player):
        if factor == 1:
            exact = Decimal(player.salary)
        elif player.captain_salary is not None:
            exact = Decimal(player.captain_salary)
        else:
            exact = player.salary * factor
        if exact % game.grid:
            raise PoolError(f"{player.name} costs {exact}; salaries of {game.id} are multiples of {game.grid}.")
        found.append((factor, int(exact)))
    return found
