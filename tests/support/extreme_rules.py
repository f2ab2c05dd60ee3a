"""Rules of a size that no person asks for, within what a request may hold."""

import random
from collections.abc import Callable, Mapping
from decimal import Decimal

from pickvs.dfs.optimizer.pool import Pool
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules, OpposingPositions, Stack

_GROUPED, _MOST_RULES = 100, 10


def extreme_rules(pool: Pool, rng: random.Random) -> LineupRules:
    """Return one to three kinds of rules, each in a size that a request may just have."""
    found = LineupRules()
    for kind in rng.sample(sorted(_KINDS), rng.randint(1, 3)):
        found = _KINDS[kind](found, pool, rng)
    return found


def _with(rules: LineupRules, **changes: object) -> LineupRules:
    held = {name: getattr(rules, name) for name in LineupRules.__slots__}
    return LineupRules(**(held | changes))


def _group(pool: Pool, rng: random.Random, comparison: Comparison, if_player: int | None = None) -> Group:
    ids = [player.id for player in pool.players]
    players = frozenset(rng.sample(ids, min(_GROUPED, len(ids) // 2)))
    return Group(players=players, comparison=comparison, count=rng.randint(1, 3), if_player=if_player)


def _exact_groups(rules: LineupRules, pool: Pool, rng: random.Random) -> LineupRules:
    return _with(rules, groups=tuple(_group(pool, rng, Comparison.EXACTLY) for _ in range(_MOST_RULES)))


def _ifs(rules: LineupRules, pool: Pool, rng: random.Random) -> LineupRules:
    ids = [player.id for player in pool.players]
    groups = (_group(pool, rng, rng.choice(list(Comparison)), rng.choice(ids)) for _ in range(_MOST_RULES))
    return _with(rules, groups=tuple(groups))


def _stacks(rules: LineupRules, pool: Pool, rng: random.Random) -> LineupRules:
    most = max(1, pool.format.size // 2 - 1)
    stacks = (Stack(count=rng.randint(1, most), opponents=rng.randint(0, 1)) for _ in range(rng.choice([1, 2, 10])))
    return _with(rules, stacks=tuple(stacks))


def _teams(rules: LineupRules, pool: Pool, rng: random.Random) -> LineupRules:
    teams = sorted({player.team for player in pool.players})
    return _with(rules, team_most=dict.fromkeys(teams, 2), team_least={rng.choice(teams): 1})


def _opposing(rules: LineupRules, pool: Pool, rng: random.Random) -> LineupRules:
    positions = sorted({position for player in pool.players for position in player.positions})
    pairs = (
        OpposingPositions(positions=frozenset({rng.choice(positions)}), against=frozenset({rng.choice(positions)}))
        for _ in range(_MOST_RULES)
    )
    return _with(rules, opposing=tuple(pairs))


def _ownership(rules: LineupRules, pool: Pool, rng: random.Random) -> LineupRules:
    most = Decimal(rng.randint(5, 20)) / 100 * pool.format.size
    return _with(rules, max_ownership=most, min_salary=pool.format.cap)


_KINDS: Mapping[str, Callable[[LineupRules, Pool, random.Random], LineupRules]] = {
    "exact groups": _exact_groups,
    "ifs": _ifs,
    "opposing": _opposing,
    "ownership": _ownership,
    "stacks": _stacks,
    "teams": _teams,
}
