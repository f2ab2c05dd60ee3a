"""The rest of a lineup of which some slots are fixed, as a problem of the search."""

from collections.abc import Mapping
from dataclasses import replace
from math import gcd

import numpy as np

from pickvs.dfs.optimizer.automaton import DEAD, Automaton, Stage
from pickvs.dfs.optimizer.pool import Player, Pool
from pickvs.dfs.optimizer.problem import Problem, in_units, problem_of
from pickvs.dfs.optimizer.rows import salary
from pickvs.dfs.optimizer.rules import LineupRules


def residual_problem(pool: Pool, rules: LineupRules, fixed: Mapping[int, Player], whole: Automaton) -> Problem:
    """Return the problem of filling the slots that are not fixed with players of the pool.

    pool: the players who may still be chosen, with the whole format. fixed: players by the number of their slot, none
    of them in the pool. They come first and are in every lineup, so that each rule is judged on all players: cap,
    games, teams, groups, stacks. Rules that say who may be chosen (excludes, min_points) are not for them. The
    automaton is that of the open slots, shared by all lineups with the same slots open. whole: that of the
    pool in all slots.

    Raises PoolError, such as for a lock of a player who is neither fixed nor in the pool.
    """
    game = pool.format
    open_slots = tuple(slot for number, slot in enumerate(game.slots) if number not in fixed)
    ids = {player.id for player in fixed.values()}
    rest = problem_of(
        Pool(format=replace(game, slots=open_slots), players=pool.players),
        replace(rules, locks=rules.locks - ids),
        whole,
    )
    count = len(fixed)
    factors = tuple(game.slots[number].factor for number in fixed)
    dollars = tuple(int(salary(fixed[number], game.slots[number].factor)) for number in fixed)
    points = [in_units(fixed[number].points * game.slots[number].factor) for number in fixed]
    every = (*dollars, *rest.dollars)
    unit = gcd(*every) or game.grid
    return Problem(
        format=game,
        rules=rules,
        players=(*fixed.values(), *rest.players),
        choices=(*((number,) for number in range(count)), *(tuple(c + count for c in each) for each in rest.choices)),
        owner=np.concatenate((np.arange(count, dtype=np.int64), rest.owner + count)),
        factor=(*factors, *rest.factor),
        dollars=every,
        cost=tuple(each // unit for each in every),
        points=np.concatenate((np.array(points, np.int32), rest.points)),
        automaton=_after_fixed(rest.automaton) if count else rest.automaton,
        stages=(*((0,) * count), *(stage + (count > 0) for stage in rest.stages)),
        budget=game.cap // unit,
        least=-(-(rules.min_salary or 0) // unit),
        locked=frozenset(range(count)) | {number + count for number in rest.locked},
        possible=rest.possible,
    )


def _after_fixed(rest: Automaton) -> Automaton:
    """Return the automaton with a first stage whose players take no slot."""
    if rest.start == DEAD:
        return rest
    return Automaton((Stage((frozenset(),), ((0,),), (rest.start,)), *rest.stages), 0)
