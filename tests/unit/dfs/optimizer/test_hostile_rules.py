"""Rules whose automata would have millions of states: the search does without, and says what it has found."""

import random
import time

import pytest

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer import search
from pickvs.dfs.optimizer.problem import problem_of
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules
from pickvs.dfs.optimizer.search import Search
from tests.support.player_pools import made_pool


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
