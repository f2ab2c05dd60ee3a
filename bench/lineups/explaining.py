"""Measures how long it takes to say why no lineup keeps the rules of a user."""

import time

from bench.lineups import made
from bench.table import Line
from pickvs.dfs.optimizer.conflicts import find_conflict
from pickvs.dfs.optimizer.rules import LineupRules, Stack

SECONDS = 1.0


def conflicts() -> list[Line]:
    """Explain three conflicts of a made-up slate: of a few rules, of very many, and of a stack."""
    pool = made.slate()
    centres = [player.id for player in pool.players if player.positions == {"C"}]
    guards = [player.id for player in pool.players if "PG" in player.positions]
    asked = {
        "three centres": LineupRules(locks=frozenset(centres[:3]), min_salary=49_000, team_most={"A0": 3, "H1": 2}),
        f"{len(guards)} excluded guards": LineupRules(excludes=frozenset(guards), min_salary=48_000),
        "a stack of nine": LineupRules(stacks=(Stack(count=5, opponents=4),), min_salary=49_000),
    }
    lines = []
    for name, rules in asked.items():
        began = time.process_time()
        conflict = find_conflict(pool, rules)
        taken = time.process_time() - began
        assert conflict is not None
        assert conflict.relaxation
        lines.append(Line(f"conflict of {name} named, against {SECONDS} s", taken, taken / SECONDS, 1.0))
    return lines
