"""What a stored distribution says about lines. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pickvs.predictions.distributions.counts import rules as counts
from pickvs.predictions.distributions.quantiles import rules as quantiles
from pickvs.predictions.distributions.rules import Joint

GAMES_CONTESTANTS = ("no-market", "past-lines", "with-line", "elo", "market")
KNOWS_THE_LINE = ("with-line", "market")
"""Contestants that have this game's own line as an input."""
_PLACES = 6


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Probabilities of a bet's outcomes, which add up to 1: the first side wins, nobody does, the other side wins."""

    first: float
    push: float
    second: float


def winner(joint: Joint) -> Outcomes:
    """Return the probabilities that the home team wins, of a tie, and that the away team wins."""
    return _rounded(joint.win(), joint.tie())


def cover(joint: Joint, spread: float) -> Outcomes:
    """Return the probabilities that the home team covers, of a push, and that the away team covers.

    spread: points that the home team is given.
    """
    return _rounded(*joint.cover(spread))


def over(joint: Joint, total: float) -> Outcomes:
    """Return the probabilities of more points than the total, of as many, and of fewer."""
    return _rounded(*joint.over(total))


def over_statistic(document: Mapping[str, Any], line: float) -> Outcomes:
    """Return the probabilities that a player has more than the line, exactly it, and less.

    document: the distribution as a forecast stores it. Raises ValueError if it is none.
    """
    if document.get("kind") == quantiles.KIND:
        return _rounded(*quantiles.from_json(document).over(line))
    return _rounded(*counts.from_json(document).over(line))


def _rounded(first: float, push: float) -> Outcomes:
    first = round(min(max(first, 0.0), 1.0), _PLACES)
    push = round(min(max(push, 0.0), 1.0 - first), _PLACES)
    return Outcomes(first, push, round(max(1.0 - first - push, 0.0), _PLACES))
