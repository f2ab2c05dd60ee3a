"""The optimizer as builds use it. Loads numpy and HiGHS: for the function that builds alone."""

from collections.abc import Iterator, Sequence
from typing import Any

from pickvs.dfs.builds.asking import Asked
from pickvs.dfs.builds.rules import BATCH
from pickvs.dfs.builds.working import Batch, Ending
from pickvs.dfs.optimizer.conflicts import find_conflict
from pickvs.dfs.optimizer.highs import SolverStoppedError
from pickvs.dfs.optimizer.lineups import best_lineups
from pickvs.dfs.optimizer.naming import NamedRule
from pickvs.dfs.optimizer.pool import Lineup
from pickvs.dfs.optimizer.rules import PortfolioRules


def lineups(asked: Asked, rules: PortfolioRules, before: Sequence[Lineup]) -> Iterator[Batch | Ending]:
    """Yield the lineups after those that were found before, in batches, and an ending if there are too few."""
    found = best_lineups(asked.pool, asked.lineups, rules.count)
    for place in range(len(before), len(found), BATCH):
        yield Batch(found[place : place + BATCH], None)
    if len(found) < rules.count:
        yield check(asked) or Ending("No more lineups keep the rules.")


def check(asked: Asked) -> Ending | None:
    """Return why no lineup keeps the rules; None if there is one."""
    try:
        conflict = find_conflict(asked.pool, asked.lineups)
    except SolverStoppedError:
        return Ending("It could not be found out in time whether a lineup keeps the rules. Ask with fewer rules.")
    if conflict is None:
        return None
    return Ending(
        conflict.text,
        conflict=[_as_json(rule) for rule in conflict.rules],
        relaxation=[
            _as_json(step.rule)
            | {"text": step.text, "field": step.field, "value": None if step.value is None else str(step.value)}
            for step in conflict.relaxation
        ],
    )


def _as_json(rule: NamedRule) -> dict[str, Any]:
    return {
        "kind": rule.kind.value,
        "text": rule.text,
        "player_id": rule.player,
        "team": rule.team,
        "index": rule.index,
    }
