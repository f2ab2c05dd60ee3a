"""The k best lineups are those that brute force finds, in every format and under every kind of rule."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer import search
from pickvs.dfs.optimizer.lineups import best_lineups
from pickvs.dfs.optimizer.pool import Lineup, Player, Pool
from pickvs.dfs.optimizer.problem import PoolError
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules, OpposingPositions, Stack
from tests.support.lineups import lineup_faults, salary_of, seatings, signature
from tests.support.player_pools import made_pool

POOLS = int(os.environ.get("LINEUP_POOLS", "60"))
"""Random pools to compare. 1,000 take some minutes."""

COUNT = 50


def legal_lineups(pool: Pool, rules: LineupRules) -> Iterator[Lineup]:
    """Yield each legal lineup once: every combination of players, with each of them as the captain."""
    game = pool.format
    captained = any(slot.factor != 1 for slot in game.slots)
    for chosen in combinations(pool.players, game.size):
        found = set()
        for first in range(game.size if captained else 1):
            # Seats are filled in order, so the first player becomes the captain if he can.
            seated = next(seatings(game, (chosen[first], *chosen[:first], *chosen[first + 1 :])), None)
            if seated is None or (captained and seated[0].id in found) or salary_of(game, seated) > game.cap:
                continue
            found.add(seated[0].id)
            lineup = as_lineup(game, seated)
            if not lineup_faults(pool, rules, lineup):
                yield lineup


def as_lineup(game: Format, players: tuple[Player, ...]) -> Lineup:
    return Lineup(
        players=tuple(player.id for player in players),
        points=sum((slot.factor * p.points for slot, p in zip(game.slots, players, strict=True)), Decimal()),
        salary=salary_of(game, players),
    )


def made_rules(pool: Pool, rng: random.Random) -> LineupRules:
    """Return rules of which each kind appears in about every eighth pool: most pools keep some lineups."""
    ids = [player.id for player in pool.players]
    teams = sorted({player.team for player in pool.players})
    positions = sorted(frozenset[str]().union(*(player.positions for player in pool.players)))

    def some(kinds: list[str], most: int) -> frozenset[str]:
        return frozenset(rng.sample(kinds, rng.randint(1, min(most, len(kinds)))))

    def sometimes() -> bool:
        return rng.random() < 0.12

    groups = tuple(
        Group(
            players=frozenset(rng.sample(ids, rng.randint(2, 5))),
            comparison=rng.choice(list(Comparison)),
            count=rng.randint(1, 2),
            if_player=rng.choice(ids) if sometimes() else None,
        )
        for _ in range(rng.choice([0, 0, 0, 1, 2, 4]))
    )
    stacks = tuple(
        Stack(
            count=rng.randint(2, 3),
            opponents=rng.randint(0, 1),
            teams=some(teams, 2) if sometimes() else frozenset(),
            positions=some(positions, 3) if sometimes() else frozenset(),
        )
        for _ in range(rng.choice([0, 0, 0, 0, 1, 2]))
    )
    return LineupRules(
        locks=frozenset(rng.sample(ids, 1)) if sometimes() else frozenset(),
        excludes=frozenset(rng.sample(ids, 1)) if sometimes() else frozenset(),
        groups=groups,
        stacks=stacks,
        opposing=(OpposingPositions(positions=some(positions, 1), against=some(positions, 2)),) if sometimes() else (),
        team_most={rng.choice(teams): rng.randint(1, 3)} if sometimes() else {},
        team_least={rng.choice(teams): rng.randint(1, 2)} if sometimes() else {},
        min_salary=int(pool.format.cap * rng.uniform(0.85, 0.97)) if sometimes() else None,
        max_ownership=Decimal(rng.randint(130, 280)) / 100 if sometimes() else None,
        min_points=Decimal(rng.randint(1, 20)) if sometimes() else None,
    )


@pytest.mark.parametrize("seed", range(POOLS))
def test_the_best_are_those_of_brute_force(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)  # noqa: S311 - a slate is no secret
    game = FORMATS[sorted(FORMATS)[seed % len(FORMATS)]]
    least = max(12, game.size + 3)
    pool = made_pool(
        game,
        rng,
        players=rng.randint(least, max(14, least)) if POOLS > 60 else least,
        games=rng.randint(max(2, game.min_games), 4),
        whole_points=rng.random() < 0.3,
    )
    rules = made_rules(pool, rng) if rng.random() < 0.7 else LineupRules()
    if rng.random() < 0.5:
        # Filters that refuse much become automata; in pools of this size they would not.
        monkeypatch.setattr(search, "_FEW_PASS", 0.9)
    monkeypatch.setattr(search, "_EXACT", rng.choice([0, 3]))

    found = best_lineups(pool, rules, COUNT)

    assert [fault for lineup in found for fault in lineup_faults(pool, rules, lineup)] == []
    assert len({signature(game, lineup) for lineup in found}) == len(found)
    expected = sorted((lineup.points for lineup in legal_lineups(pool, rules)), reverse=True)[:COUNT]
    assert [lineup.points for lineup in found] == expected


def test_nothing_is_found_where_nothing_is_legal() -> None:
    pool = made_pool(FORMATS["dk_nba_classic"], random.Random(1), players=30, games=3)  # noqa: S311
    centers = [player.id for player in pool.players if player.positions == {"C"}]
    assert len(centers) >= 3  # C and UTIL are the only slots that take one
    assert best_lineups(pool, LineupRules(locks=frozenset(centers[:3])), 5) == []
    assert best_lineups(pool, LineupRules(locks=frozenset(centers[:1]), excludes=frozenset(centers[:1])), 5) == []


def test_a_pool_that_contradicts_itself_is_refused() -> None:
    pool = made_pool(FORMATS["dk_nba_classic"], random.Random(1), players=20, games=3)  # noqa: S311
    first, *others = pool.players
    refused = {
        "multiples of 100": (replace(pool, players=(replace(first, salary=5_450), *others)), LineupRules()),
        "same id": (replace(pool, players=(first, *pool.players)), LineupRules()),
        "points": (replace(pool, players=(replace(first, points=Decimal(2_000)), *others)), LineupRules()),
        "negative salary": (replace(pool, players=(replace(first, salary=-100), *others)), LineupRules()),
        "not in the pool": (pool, LineupRules(locks=frozenset({7}))),
    }
    for words, (given, rules) in refused.items():
        with pytest.raises(PoolError, match=words):
            best_lineups(given, rules, 1)
