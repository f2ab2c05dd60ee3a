"""What an administrator may decide about a game, and what the game is then.

An administrator's word stands: no provider changes it until the game is reopened (see markets.scores.rules). A score is
set for a game that has tipped off, never for one that has not started (rules.md, "When games go wrong"); from there on
for any, one that was taken off its date or voided among them. A game may be voided at any time; one that had not
started takes no picks any more.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pickvs.markets.fixtures.rules import Outcome
from pickvs.markets.scores.rules import REVIEW_AFTER
from pickvs.markets.values import GameStatus

type Act = Literal["set_result", "void_game", "reopen_game", "regrade_game"]

type Score = tuple[int, int]
"""Points of the home team and of the other, overtime included."""

MOST_POINTS = 999


@dataclass(frozen=True, slots=True)
class Standing:
    """How a game stands. outcome: of its result in force, None before the first; source: who said so."""

    status: GameStatus
    outcome: Outcome | None
    score: Score | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a game shall be from now on, and the outcome of the result that says so."""

    status: GameStatus
    outcome: Outcome
    score: Score | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is not possible as things stand."""

    code: Literal["GAME_NOT_STARTED", "RESULT_UNCHANGED", "NO_RESULT"]
    detail: str


NOT_STARTED = Refusal("GAME_NOT_STARTED", "The game has not tipped off: it cannot have a score yet.")
UNCHANGED = Refusal("RESULT_UNCHANGED", "This is how the game stands already; to book its picks anew, regrade it.")
NO_RESULT = Refusal("NO_RESULT", "The game has no result that could be taken back or graded by.")


def source_of(user_id: int) -> str:
    """Return how results name an administrator as their source; the part before the colon is what the public sees."""
    return f"admin:{user_id}"


def decide(act: Act, score: Score | None, game: Standing, commence_time: datetime, at: datetime) -> Decision | Refusal:
    """Return what an act makes, at `at`, of a game whose latest known tip-off is `commence_time`.

    score: the one to set; None for the other acts.
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
    # So long after tip-off a provider may have nothing more to say: the game is an administrator's again at once.
    return "live" if at - commence_time < REVIEW_AFTER else "review"
