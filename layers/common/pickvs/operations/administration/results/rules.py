"""What an administrator may decide about a game, and the resulting state.

An administrator's decision is final: no provider changes it until the game is reopened (see markets.scores.rules). A
score can be set only after tip-off, never for a game that has not started (rules.md, "When games go wrong"). After
tip-off it can be set for any game, including one that was postponed or voided. A game may be voided at any time. If it
had not started, it accepts no more picks.

No decision opens a game that has begun. A game counts as begun if any source showed it under way, if a score
contradicts its tip-off or cannot be read, if it ever had a final score, or if another listing of the same teams within
a day has begun, whatever its announced tip-off says.

A start that an administrator has set stands against everything else, observations too, until the game is reopened.

An absorbed game takes all its results from the game that has absorbed it, so it cannot be decided itself.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from pickvs.markets.fixtures.rules import NO_FINAL, Outcome
from pickvs.markets.scores.rules import REVIEW_AFTER
from pickvs.markets.values import GameStatus

type Act = Literal["set_result", "void_game", "reopen_game", "regrade_game", "set_start"]

type Score = tuple[int, int]
"""Points of the home team and of the away team, including overtime."""

MOST_POINTS = 999
MAY_HAVE_BEGUN = "reopened by an administrator; it may have begun"
"""Reason for review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A game's current state.

    commence_time: the latest known tip-off. outcome: of the result in force; None before the first. source: origin of
    that result. began_at: the start that it states. last_began_at: the start that the last final stated, whether or not
    it is in force. under_way_at: when the game was first seen under way. start_decided_at: the start that an
    administrator has set. has_begun: whether the game has begun or may have, whatever its tip-off says.
    other_has_begun: whether another listing of the same teams within a day has begun, which may be this game.
    merged_into: the game that has absorbed it.
    """

    commence_time: datetime
    status: GameStatus
    review_reason: str | None
    outcome: Outcome | None
    score: Score | None
    source: str | None
    began_at: datetime | None
    last_began_at: datetime | None
    under_way_at: datetime | None
    start_decided_at: datetime | None
    has_begun: bool
    other_has_begun: bool
    merged_into: int | None

    @property
    def start(self) -> datetime:
        """When the game began, as far as is known."""
        if self.start_decided_at is not None:
            return self.start_decided_at
        if self.began_at is not None:
            return self.began_at
        stated = self.last_began_at or self.commence_time
        return stated if self.under_way_at is None else min(stated, self.under_way_at)


@dataclass(frozen=True, slots=True)
class WantedAct:
    """An action on a game. score, began_at: the score or the start to set; None for other actions."""

    act: Act
    score: Score | None = None
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A game's new state, and the outcome of the result that records it.

    began_at: the start that picks are graded by; None unless the outcome is final. under_way_at: when the game was
    under way, if the decision says so. start_decided_at: the start that an administrator has set with this decision or
    before.
    """

    status: GameStatus
    outcome: Outcome
    score: Score | None
    began_at: datetime | None = None
    review_reason: str | None = None
    under_way_at: datetime | None = None
    start_decided_at: datetime | None = None

    @property
    def stated_start(self) -> datetime | None:
        """The start by which picks are graded, now or once the game has a final. None if the game is off."""
        return self.start_decided_at if self.outcome == "reopened" else self.began_at


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why an action is not possible in the game's current state."""

    code: Literal["GAME_NOT_STARTED", "RESULT_UNCHANGED", "NO_RESULT", "START_IN_FUTURE", "GAME_MERGED"]
    detail: str


NOT_STARTED = Refusal("GAME_NOT_STARTED", "The game has not tipped off, so it cannot have a score yet.")
UNCHANGED = Refusal("RESULT_UNCHANGED", "The game already has this result. To grade its picks again, regrade it.")
NO_RESULT = Refusal("NO_RESULT", "The game has no result to reopen or to regrade by.")
NO_START = Refusal("NO_RESULT", "The game is off, so it has no start. Reopen it first.")
IN_FUTURE = Refusal("START_IN_FUTURE", "A start is in the past. For a game that has not begun, wait for the provider.")


def source_of(user_id: int) -> str:
    """Return the source that results name for an administrator. The public sees only the part before the colon."""
    return f"admin:{user_id}"


def decide(wanted: WantedAct, game: Standing, at: datetime) -> Decision | Refusal:
    """Return the new state of a game after an action at `at`, or the refusal."""
    if game.merged_into is not None:
        return Refusal("GAME_MERGED", f"The game is merged into game {game.merged_into}. Decide that game.")
    match wanted.act:
        case "set_result":
            return _keep_start(game, _set_result(game, wanted.score, at))
        case "void_game":
            return _keep_start(game, _unless_so_already(game, Decision("cancelled", "void", None)))
        case "set_start":
            return _set_start(game, wanted.began_at, at)
        case "reopen_game":
            return _reopen(game, at)
        case "regrade_game":
            return _keep_start(game, _regrade(game))


def _keep_start(game: Standing, decision: Decision | Refusal) -> Decision | Refusal:
    return decision if isinstance(decision, Refusal) else replace(decision, start_decided_at=game.start_decided_at)


def _set_result(game: Standing, score: Score | None, at: datetime) -> Decision | Refusal:
    if game.commence_time > at and not game.has_begun:
        return NOT_STARTED
    # The announced tip-off of a game that has begun may be to come.
    return _unless_so_already(game, Decision("finished", "final", score, min(game.start, at)))


def _regrade(game: Standing) -> Decision | Refusal:
    if game.outcome is None or game.outcome == "reopened":
        return NO_RESULT
    began_at = game.start if game.outcome == "final" else None
    return Decision(game.status, game.outcome, game.score, began_at, game.review_reason)


def _set_start(game: Standing, began_at: datetime | None, at: datetime) -> Decision | Refusal:
    """Correct the start of a graded game, or lock a game that has begun earlier than announced."""
    if began_at is None or began_at > at:
        return IN_FUTURE
    if game.outcome == "final":
        if began_at == game.began_at:
            return UNCHANGED
        return Decision(game.status, "final", game.score, began_at, start_decided_at=began_at)
    if game.status in ("scheduled", "live", "review"):
        status: GameStatus = "review" if game.status == "review" else "live"
        # That it is under way is known from now on. When it began is the administrator's word, which may be taken back.
        return Decision(status, "reopened", None, None, game.review_reason, under_way_at=at, start_decided_at=began_at)
    return NO_START


def _unless_so_already(game: Standing, decision: Decision) -> Decision | Refusal:
    is_so = (game.status, game.outcome, game.score) == (decision.status, decision.outcome, decision.score)
    return UNCHANGED if is_so else decision


def _reopen(game: Standing, at: datetime) -> Decision | Refusal:
    if game.outcome is None or game.outcome == "reopened":
        return NO_RESULT
    if game.commence_time > at:
        if game.has_begun or game.other_has_begun:
            return Decision("review", "reopened", None, review_reason=MAY_HAVE_BEGUN)
        return Decision("scheduled", "reopened", None)
    # Long after tip-off the provider may never report again, so the game goes back to review at once.
    if at - game.commence_time < REVIEW_AFTER:
        return Decision("live", "reopened", None)
    return Decision("review", "reopened", None, review_reason=NO_FINAL)
