"""SQL of questions to administrators."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import scalar_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.notices.news import News

# The same question is opened once, and brought up to date.
_OPEN = SQL("""
    INSERT INTO fantasy_reviews (event_id, kind, subject, causes, question, opened_at)
    VALUES (%(event)s, %(kind)s, %(subject)s, %(causes)s, %(question)s, %(at)s)
    ON CONFLICT (event_id, kind, subject) WHERE closed_at IS NULL
    DO UPDATE SET causes = excluded.causes, question = excluded.question
    RETURNING id
""")

_CLOSE = SQL("""
    UPDATE fantasy_reviews SET closed_at = %(at)s, decision = %(decision)s, decided_by = %(by)s, reason = %(reason)s
    WHERE event_id = %(event)s AND kind = %(kind)s AND subject = %(subject)s AND closed_at IS NULL
""")

_REVIEW = SQL("""
    SELECT review.id, review.event_id, event.name AS event_name, event.season, review.kind, review.subject,
           review.causes, review.question, review.opened_at, review.closed_at, review.decision, review.reason
    FROM fantasy_reviews review JOIN events event ON event.id = review.event_id
    WHERE {which}
""")
_ONE = _REVIEW.format(which=SQL("review.id = %s"))
_SOME = _REVIEW.format(
    which=SQL("""(%(is_open)s::boolean IS NULL OR (review.closed_at IS NULL) = %(is_open)s)
      AND (%(event)s::bigint IS NULL OR review.event_id = %(event)s)
      AND (%(after_at)s::timestamptz IS NULL OR (review.opened_at, review.id) < (%(after_at)s, %(after_id)s))
    ORDER BY review.opened_at DESC, review.id DESC
    LIMIT %(limit)s""")
)

_NEWS = """
    SELECT admin.id AS user_id, 'review.open' AS kind, 'fantasy-review:' || review.id AS cause,
           jsonb_build_object('review_id', review.id, 'event', event.name, 'season', event.season, 'about', review.kind,
                              'subject', review.subject, 'causes', to_jsonb(review.causes)) AS data
    FROM fantasy_reviews review
    JOIN events event ON event.id = review.event_id
    JOIN users admin ON admin.role = 'admin' AND admin.erased_at IS NULL
    WHERE review.id = ANY(%(reviews)s) AND review.closed_at IS NULL
"""


class ReviewRow(TableRow, frozen=True):
    """A question to administrators. subject: what it is about within its kind, such as the session."""

    id: int
    event_id: int
    event_name: str
    season: int
    kind: str
    subject: str
    causes: list[str]
    question: dict[str, Any]
    opened_at: datetime
    closed_at: datetime | None
    decision: str | None
    reason: str | None


def open_review(connection: Connection, values: dict[str, Any]) -> int:
    """Open a question, or bring the one that is open up to date. Returns its id."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        [review] = cursor.execute(_OPEN, values | {"question": Jsonb(values["question"])}).fetchall()
    return int(review)


def close_review(connection: Connection, values: dict[str, Any]) -> bool:
    """Close a question, if it is open. Returns whether it was."""
    return connection.execute(_CLOSE, values).rowcount == 1


def is_open(connection: Connection, event_id: int, kind: str, subject: str) -> bool:
    """Whether a question is open."""
    found = connection.execute(
        "SELECT FROM fantasy_reviews WHERE event_id = %s AND kind = %s AND subject = %s AND closed_at IS NULL",
        (event_id, kind, subject),
    )
    return found.rowcount == 1


def review(connection: Connection, review_id: int) -> ReviewRow | None:
    """Return a question, locked against other decisions until the transaction ends."""
    with connection.cursor(row_factory=row_of(ReviewRow)) as cursor:
        return cursor.execute(_ONE + SQL("FOR NO KEY UPDATE OF review"), (review_id,)).fetchone()


def reviews(connection: Connection, values: dict[str, Any]) -> list[ReviewRow]:
    """Return a page of questions, the latest first."""
    with connection.cursor(row_factory=row_of(ReviewRow)) as cursor:
        return cursor.execute(_SOME, values).fetchall()


def news(reviews: Sequence[int]) -> News:
    """Return what administrators are told of questions."""
    return News(_NEWS, {"reviews": list(reviews)})
