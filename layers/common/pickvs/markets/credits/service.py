"""Decides which calls to The Odds API to buy, and records each decision.

Picks are another room's: the caller passes the games with open picks in. `pickvs.ingestion.buying` reads and passes
them for the jobs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pickvs.core.database import Connection
from pickvs.markets.credits import queries
from pickvs.markets.credits.rules import Kind, Outcome
from pickvs.markets.providers.config import odds_api_regions
from pickvs.sports.rules import SPORTS

SAME_NEED = timedelta(minutes=5)
"""Time within which the same question is the same need: an alarm that fired twice, an event delivered again."""

SCORES_COST = 2
"""Credits of a call for scores that looks back."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to buy a call now. reason: why not; None if bought.

    next_check_minutes: for the kind `check` alone: when to ask again if games are still without a final, whether this
    call was bought or not.
    """

    bought: bool
    outcome: Outcome
    reason: str | None
    next_check_minutes: int | None


def decide(
    connection: Connection, kind: Kind, sport: str, games: Sequence[int], at: datetime, *, picked: Collection[int]
) -> Decision:
    """Decide whether to buy a call now, and record it, in the caller's transaction.

    games: ids of the games that the call is for: those of the closing capture, those that wait for a final; may be
    empty for `morning` and `grading`. picked: the games with picks, of all sports (`picks.demand.picked_games`).

    The same need has the same decision, so a doubled alarm counts once and a failed call may be tried again: a closing
    capture is known by its sport and its earliest tip-off, any other need by the time, within SAME_NEED. Call it
    before taking other locks: decisions wait for each other until their transactions end. Raises KeyError if the sport
    is not covered, and ValueError for a closing capture of no known game.
    """
    queries.lock(connection)
    tip_off = queries.earliest_tip_off(connection, games) if kind == "closing" else None
    if kind == "closing" and tip_off is None:
        raise ValueError("a closing capture is for known games")
    known = queries.decided(connection, kind, sport, tip_off=tip_off, at=at, within=SAME_NEED)
    if known is None:
        known = queries.Decided("bought", None, 10 if kind == "check" else None)
        queries.record(
            connection,
            kind,
            sport,
            known,
            at=at,
            tip_off=tip_off,
            games=sorted(games),
            games_with_picks=len(set(games) & set(picked)),
            cost=cost(kind, sport),
        )
    return Decision(known.decision == "bought", known.decision, known.reason, known.next_check_minutes)


def cost(kind: Kind, sport: str) -> int:
    """Return the credits that a call costs. Raises KeyError if the sport is not covered."""
    if kind in {"check", "grading"}:
        return SCORES_COST
    return len(SPORTS[sport].markets) * len(odds_api_regions())
