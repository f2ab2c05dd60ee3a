"""Rules whose automata would have millions of states: the search does without, and says what it has found."""

import os
import random
import time

import pytest

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer import search
from pickvs.dfs.optimizer.portfolio import build
from pickvs.dfs.optimizer.problem import problem_of
from pickvs.dfs.optimizer.rules import Comparison, Exposure, Group, LineupRules, PortfolioRules
from pickvs.dfs.optimizer.search import Search
from tests.support.extreme_rules import extreme_rules
from tests.support.lineups import portfolio_faults
from tests.support.player_pools import made_pool

SEEDS = int(os.environ.get("LINEUP_EXTREMES", "2"))
"""Random rules of extreme size. Each takes some seconds."""

PLAYERS, GAMES = (600, 15) if SEEDS > 2 else (200, 8)


def test_many_groups_over_all_players_are_no_work_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_MOST_STATES", 60_000)
    chance = random.Random(3)  # noqa: S311
    pool = made_pool(FORMATS["dk_nfl_classic"], chance, players=200, games=12)
    ids = [player.id for player in pool.players]
    groups = tuple(
        Group(players=frozenset(chance.sample(ids, 100)), comparison=Comparison.EXACTLY, count=4) for _ in range(10)
    )
    began = time.process_time()
    problem = problem_of(pool, LineupRules(groups=groups))
    found = Search(problem).best(problem.points, 150)
    assert time.process_time() - began < 60, (
        "a worker has a build to itself for 90 seconds; without the limit it takes minutes"
    )
    for roster in found.rosters:
        players = {problem.players[number].id for number in problem.owner[roster]}
        assert all(len(players & group.players) == group.count for group in groups)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_extreme_rules_end_with_lineups_and_a_bound_or_with_the_rule_that_is_too_much(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    game = FORMATS[rng.choice([each for each in sorted(FORMATS) if each.endswith("classic") and "f1" not in each])]
    pool = made_pool(game, rng, players=PLAYERS, games=GAMES)
    rules = extreme_rules(pool, rng)
    count = 30 if SEEDS <= 2 else 150
    most = count * 2 // 5
    asked = PortfolioRules(
        count=count, exposures={player.id: Exposure(least=0, most=most) for player in pool.players}, seed=seed
    )
    batches = list(build(pool, rules, asked))
    lineups, last = [lineup for batch in batches for lineup in batch.lineups], batches[-1]

    assert portfolio_faults(pool, rules, asked, lineups, complete=last.shortfall is None) == []
    if last.shortfall is None:
        assert 0 < last.points <= last.bound
    else:
        assert last.shortfall.hindering is not None or last.found == 0, last.shortfall
