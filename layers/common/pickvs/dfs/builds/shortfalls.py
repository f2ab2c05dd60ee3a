"""Says what a portfolio lacks, and why. Loads HiGHS."""

from collections.abc import Iterator, Sequence

from pickvs.dfs.builds.asking import Asked
from pickvs.dfs.optimizer.highs import SolverStoppedError
from pickvs.dfs.optimizer.portfolio import Shortfall
from pickvs.dfs.optimizer.rules import PortfolioRules
from pickvs.dfs.optimizer.shortages import find_shortage

_NAMES_SHOWN = 8


def said_of(asked: Asked, rules: PortfolioRules, shortfall: Shortfall) -> str:
    """Say what a portfolio lacks, and why: by proof where the exposures forbid it, otherwise by who is used up."""
    return " ".join(_said(asked, rules, shortfall))


def _said(asked: Asked, rules: PortfolioRules, shortfall: Shortfall) -> Iterator[str]:
    shortage = _shortage(asked, rules)
    names = {player.id: player.name for player in asked.pool.players}
    if shortfall.missing:
        missing = f"{shortfall.missing} of {rules.count} lineups are missing"
        if shortfall.hindering is None:
            yield f"{missing}: no more keep all rules."
        else:
            yield f"{missing}: the rules are too much to search through."
            yield f'Most lineups break "{shortfall.hindering.text}"; leave it out, or let it hold for fewer players.'
        if shortfall.used_up and shortage is None:
            yield f"In as many lineups as they may be: {_listed([names[each] for each in shortfall.used_up])}."
    if shortfall.unmet:
        listed = _listed([f"{names[player]} ({more} more)" for player, more in shortfall.unmet.items()])
        yield f"In fewer lineups than they should be: {listed}."
    if shortage is not None:
        yield shortage


def _shortage(asked: Asked, rules: PortfolioRules) -> str | None:
    try:
        shortage = find_shortage(asked.pool, asked.lineups, rules)
    except SolverStoppedError:
        return None
    return None if shortage is None else shortage.text


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
