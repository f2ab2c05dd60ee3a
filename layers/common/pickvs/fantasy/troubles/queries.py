"""The SQL of what in fantasy needs a person. Each statement reads what is open, whatever the number of seasons."""

from datetime import datetime

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

# What is due next, as pickvs.fantasy.drafts.due says it: the end of a turn has a grace, for which no alarm would ring.
_OVERDUE = SQL("""
    SELECT draft.id, league.name AS league, event.name AS event, draft.phase, due_at, count(*) OVER () AS total
    FROM drafts draft
    JOIN leagues league ON league.id = draft.league_id
    JOIN events event ON event.id = draft.event_id
    CROSS JOIN LATERAL least(
      draft.lock_at, CASE draft.phase WHEN 'waiting' THEN draft.opens_at ELSE draft.expires_at END
    ) AS due_at
    WHERE draft.phase IN ('waiting', 'open') AND due_at <= %(by)s
    ORDER BY due_at, draft.id
    LIMIT %(limit)s
""")

_UNANSWERED = SQL("""
    SELECT review.id, event.name AS event, event.season, review.kind, review.subject, review.causes, review.opened_at,
           count(*) OVER () AS total
    FROM fantasy_reviews review
    JOIN events event ON event.id = review.event_id
    WHERE review.closed_at IS NULL AND review.opened_at <= %(by)s
    ORDER BY review.opened_at, review.id
    LIMIT %(limit)s
""")

_UNCONFIRMED = SQL("""
    SELECT event.id AS event_id, event.name AS event, event.season, result.session, result.provisional_since,
           count(*) OVER () AS total
    FROM session_results result
    JOIN events event ON event.id = result.event_id
    WHERE result.standing = 'provisional' AND NOT result.is_void AND result.provisional_since <= %(by)s
    ORDER BY result.provisional_since, event.id, result.session
    LIMIT %(limit)s
""")

_PLAY = SQL("""
    SELECT (SELECT count(*) FROM drafts WHERE phase = 'open') AS open_drafts,
           count(pick.id) AS picks,
           count(pick.id) FILTER (WHERE pick.made_by IN ('auto', 'expiry', 'retired', 'lock')) AS autopicks
    FROM drafts draft
    JOIN draft_picks pick ON pick.draft_id = draft.id AND pick.voided_seq IS NULL
    WHERE draft.lock_at BETWEEN %(since)s AND %(at)s AND draft.phase = 'locked'
""")


class OverdueDraft(TableRow, frozen=True):
    """A draft in which something was due at `due_at`. total: of how many such drafts it is one."""

    id: int
    league: str
    event: str
    phase: str
    due_at: datetime
    total: int


class UnansweredReview(TableRow, frozen=True):
    """An open question to administrators. total: of how many such questions it is one."""

    id: int
    event: str
    season: int
    kind: str
    subject: str
    causes: list[str]
    opened_at: datetime
    total: int


class UnconfirmedResult(TableRow, frozen=True):
    """A result that one source alone has told. total: of how many such results it is one."""

    event_id: int
    event: str
    season: int
    session: str
    provisional_since: datetime
    total: int


class Play(TableRow, frozen=True):
    """How much is drafted. picks, autopicks: of the drafts that were locked in a time, and those the system made."""

    open_drafts: int
    picks: int
    autopicks: int


def overdue_drafts(connection: Connection, by: datetime, limit: int) -> list[OverdueDraft]:
    """Return up to `limit` drafts in which something was due by a time and is not done, the longest due first."""
    with connection.cursor(row_factory=row_of(OverdueDraft)) as cursor:
        return cursor.execute(_OVERDUE, {"by": by, "limit": limit}).fetchall()


def unanswered(connection: Connection, by: datetime, limit: int) -> list[UnansweredReview]:
    """Return up to `limit` open questions that were asked by a time, the oldest first."""
    with connection.cursor(row_factory=row_of(UnansweredReview)) as cursor:
        return cursor.execute(_UNANSWERED, {"by": by, "limit": limit}).fetchall()


def unconfirmed(connection: Connection, by: datetime, limit: int) -> list[UnconfirmedResult]:
    """Return up to `limit` results that have been provisional since a time, the oldest first."""
    with connection.cursor(row_factory=row_of(UnconfirmedResult)) as cursor:
        return cursor.execute(_UNCONFIRMED, {"by": by, "limit": limit}).fetchall()


def count_play(connection: Connection, *, since: datetime, at: datetime) -> Play:
    """Return how many drafts are open, and the picks of the drafts that were locked between two times."""
    with connection.cursor(row_factory=row_of(Play)) as cursor:
        [play] = cursor.execute(_PLAY, {"since": since, "at": at}).fetchall()
    return play
