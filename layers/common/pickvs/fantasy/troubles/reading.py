"""What in fantasy needs a person, for monitoring and administration, in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pickvs.core.database import Connection
from pickvs.fantasy.troubles import queries
from pickvs.fantasy.troubles.queries import OverdueDraft, UnansweredReview, UnconfirmedResult
from pickvs.fantasy.troubles.rules import DRAFT_OVERDUE, RESULT_WAITS


@dataclass(frozen=True, slots=True)
class Gauges:
    """How fantasy stands.

    draft_overdue, review_age, provisional_age: how long the one that has waited longest has waited, in seconds; 0 if
    none does. open_drafts: their number. autopick_share: of the picks of drafts that were locked lately, those that the
    system made, in percent; None if none were.
    """

    draft_overdue: float
    review_age: float
    provisional_age: float
    open_drafts: int
    autopick_share: float | None


def gauges(connection: Connection, at: datetime, *, lately: timedelta) -> Gauges:
    """Return how fantasy stands at a moment. lately: the time before it in which picks are counted."""
    draft = next(iter(queries.overdue_drafts(connection, at, 1)), None)
    review = next(iter(queries.unanswered(connection, at, 1)), None)
    result = next(iter(queries.unconfirmed(connection, at, 1)), None)
    play = queries.count_play(connection, since=at - lately, at=at)
    return Gauges(
        draft_overdue=_seconds(draft.due_at if draft else None, at),
        review_age=_seconds(review.opened_at if review else None, at),
        provisional_age=_seconds(result.provisional_since if result else None, at),
        open_drafts=play.open_drafts,
        autopick_share=100 * play.autopicks / play.picks if play.picks else None,
    )


def overdue_drafts(connection: Connection, at: datetime, limit: int) -> list[OverdueDraft]:
    """Return up to `limit` drafts that are overdue by rules.DRAFT_OVERDUE, the longest first."""
    return queries.overdue_drafts(connection, at - DRAFT_OVERDUE, limit)


def open_reviews(connection: Connection, at: datetime, limit: int) -> list[UnansweredReview]:
    """Return up to `limit` questions that are open, the longest first."""
    return queries.unanswered(connection, at, limit)


def unconfirmed_results(connection: Connection, at: datetime, limit: int) -> list[UnconfirmedResult]:
    """Return up to `limit` results that have been provisional for rules.RESULT_WAITS, the longest first."""
    return queries.unconfirmed(connection, at - RESULT_WAITS, limit)


def _seconds(since: datetime | None, at: datetime) -> float:
    return 0.0 if since is None else (at - since).total_seconds()
