"""What an administrator may decide about a game, and the resulting state.

An administrator's decision is final: no provider changes it until the game is reopened (see markets.scores.rules). A
score can be set only after tip-off, never for a game that has not started (rules.md, "When games go wrong"). After
tip-off it can be set for any game, including one that was postponed or voided. A game may be voided at any time. If it
had not started, it accepts no more picks.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pickvs.markets.fixtures.rules import Outcome
from pickvs.markets.scores.rules import REVIEW_AFTER
from pickvs.markets.values import GameStatus

type Act = Literal["set_result", "void_game", "reopen_game", "regrade_game"]

type Score = tuple[int, int]
"""Points of the home team and of the away team, including overtime."""

MOST_POINTS = 999


@dataclass(frozen=True, slots=True)
class Standing:
    """A game's current state.

    outcome: of the result in force; None before the first. source: origin of that result.
    """

    status: GameStatus
    outcome: Outcome | None
    score: Score | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A game's new state, and the outcome of the result that records it."""

    status: GameStatus
    outcome: Outcome
    score: Score | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why an action is not possible in the game's current state."""

    code: Literal["GAME_NOT_STARTED", "RESULT_UNCHANGED", "NO_RESULT"]
    detail: str


NOT_STARTED = Refusal("GAME_NOT_STARTED", "The game has not tipped off, so it cannot have a score yet.")
UNCHANGED = Refusal("RESULT_UNCHANGED", "The game already has this result. To grade its picks again, regrade it.")
NO_RESULT = Refusal("NO_RESULT", "The game has no result to reopen or to regrade by.")


def source_of(user_id: int) -> str:
    """Return the source that results name for an administrator. The public sees only the part before the colon."""
    return f"admin:{user_id}"


def decide(act: Act, score: Score | None, game: Standing, commence_time: datetime, at: datetime) -> Decision | Refusal:
    """Return the new state of a game after an action at `at`, or the refusal.

    score: the score to set; None for other actions. commence_time: the game's latest known tip-off.
    """
    if act == "set_result":
        if commence_time > at:
            return NOT_STARTED
        return _unless_so_already(game, Decision("finished", "final", score))
    if act == "void_game":
        return _unless_so_already(game, Decision("cancelled", "void", None))
    if game.outcome is None or game.outcome == "reopened":
        return NO_RESULT
    if act == "reopen_game":
        return Decision(_by_clock(commence_time, at), "reopened", None)
    return Decision(game.status, game.outcome, game.score)


def _unless_so_already(game: Standing, wanted: Decision) -> Decision | Refusal:
    is_so = (game.status, game.outcome, game.score) == (wanted.status, wanted.outcome, wanted.score)
    return UNCHANGED if is_so else wanted


def _by_clock(commence_time: datetime, at: datetime) -> GameStatus:
    if commence_time > at:
        return "scheduled"
    # Long after tip-off the provider may never report again, so the game goes back to review at once.
    return "live" if at - commence_time < REVIEW_AFTER else "review"
