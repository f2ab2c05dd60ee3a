"""The optimizer as builds use it. Loads numpy and HiGHS: for the function that builds alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pickvs.dfs.builds.asking import Asked
from pickvs.dfs.builds.working import Batch, Ending
from pickvs.dfs.optimizer.conflicts import find_conflict
from pickvs.dfs.optimizer.highs import SolverStoppedError
from pickvs.dfs.optimizer.naming import NamedRule
from pickvs.dfs.optimizer.pool import Lineup, by_id
from pickvs.dfs.optimizer.portfolio import Shortfall, build
from pickvs.dfs.optimizer.problem import PoolError
from pickvs.dfs.optimizer.rules import PortfolioRules
from pickvs.dfs.optimizer.slots import latest_in_widest

_NAMES_SHOWN = 8


def lineups(asked: Asked, rules: PortfolioRules, before: Sequence[Lineup]) -> Iterator[Batch | Ending]:
    """Yield the lineups after those that were found before, in batches, and an ending if something is missing.

    The players of each are in the slots that keep late swaps open. The same request and seed give the same lineups,
    whichever are found before.
    """
    try:
        for batch in build(asked.pool, asked.lineups, rules, before):
            yield Batch([_seated(asked, lineup) for lineup in batch.lineups], batch.bound if batch.bound > 0 else None)
            if batch.shortfall is not None:
                conflict = check(asked) if batch.found == 0 else None
                yield conflict or Ending(_words(asked, rules, batch.shortfall))
    except PoolError as error:
        yield Ending(str(error))


def check(asked: Asked) -> Ending | None:
    """Return why no lineup keeps the rules; None if there is one."""
    try:
        conflict = find_conflict(asked.pool, asked.lineups)
    except SolverStoppedError:
        return Ending("It could not be found out in time whether a lineup keeps the rules. Ask with fewer rules.")
    except PoolError as error:
        return Ending(str(error))
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


def _seated(asked: Asked, lineup: Lineup) -> Lineup:
    players = by_id(asked.pool.players)
    chosen = [players[player] for player in lineup.players]
    return replace(lineup, players=latest_in_widest(asked.pool.format, chosen, asked.starts))


def _words(asked: Asked, rules: PortfolioRules, shortfall: Shortfall) -> str:
    """Say what a portfolio lacks, and why."""
    names = {player.id: player.name for player in asked.pool.players}
    said = []
    if shortfall.missing:
        said.append(f"{shortfall.missing} of {rules.count} lineups are missing: no more keep all rules.")
        if shortfall.used_up:
            listed = _listed([names[player] for player in shortfall.used_up])
            said.append(f"In as many lineups as they may be: {listed}.")
    if shortfall.unmet:
        listed = _listed([f"{names[player]} ({more} more)" for player, more in shortfall.unmet.items()])
        said.append(f"In fewer lineups than they should be: {listed}.")
    return " ".join(said)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _as_json(rule: NamedRule) -> dict[str, Any]:
    return {
        "kind": rule.kind.value,
        "text": rule.text,
        "player_id": rule.player,
        "team": rule.team,
        "index": rule.index,
    }
