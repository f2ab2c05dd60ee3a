"""The SQL of the review list."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.operations.administration.reviews.schemas import ReviewKind

# Merged games wait in review for another game's result, not for a person.
_WAITING = SQL("""
      SELECT 'event' AS kind, provider || '/' || provider_id AS key, provider, provider_id, sport, home_team, away_team,
             commence_time, reason, game_id, first_seen_at AS since, last_seen_at AS seen_at
      FROM event_reviews
      WHERE resolved_at IS NULL
      UNION ALL
      SELECT 'game', id::text, NULL, NULL, sport, home_team, away_team, commence_time,
             coalesce(review_reason, 'no final score'), id, updated_at, coalesce(seen_at, updated_at)
      FROM games
      WHERE status = 'review' AND merged_into IS NULL
""")

_COLUMNS = SQL(
    "kind, key, provider, provider_id, sport, home_team, away_team, commence_time, reason, game_id, since, seen_at"
)

_REVIEWS = SQL("""
    SELECT {columns}
    FROM ({waiting}) review
    WHERE (%(sport)s::text IS NULL OR sport = %(sport)s)
      AND (%(kind)s::text IS NULL OR kind = %(kind)s)
      AND (%(after_time)s::timestamptz IS NULL
           OR (commence_time, kind, key) < (%(after_time)s, %(after_kind)s, %(after_key)s))
    ORDER BY commence_time DESC, kind DESC, key DESC
    LIMIT %(limit)s
""").format(columns=_COLUMNS, waiting=_WAITING)

_LONGEST_WAITING = SQL("""
    SELECT {columns}, count(*) OVER () AS total
    FROM ({waiting}) review
    WHERE kind = %(kind)s AND (%(seen_since)s::timestamptz IS NULL OR seen_at > %(seen_since)s)
    ORDER BY since, key
    LIMIT %(limit)s
""").format(columns=_COLUMNS, waiting=_WAITING)


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Criteria for the list. None means no restriction."""

    sport: str | None = None
    kind: ReviewKind | None = None


class ReviewRow(TableRow, frozen=True):
    """An entry of the list. key: unique within its kind."""

    kind: ReviewKind
    key: str
    provider: str | None
    provider_id: str | None
    sport: str
    home_team: str
    away_team: str
    commence_time: datetime
    reason: str
    game_id: int | None
    since: datetime
    seen_at: datetime


class WaitingRow(ReviewRow, frozen=True):
    """An entry, and the number of all entries that were asked for."""

    total: int


type Position = tuple[datetime, ReviewKind, str]
"""A place in the list: tip-off, kind and key of an entry."""


def reviews(connection: Connection, chosen: ReviewFilter, *, after: Position | None, limit: int) -> list[ReviewRow]:
    """Return up to `limit` entries, latest tip-off first. after: position of the previous page's last entry."""
    after_time, after_kind, after_key = after or (None, None, None)
    parameters = {
        "sport": chosen.sport,
        "kind": chosen.kind,
        "after_time": after_time,
        "after_kind": after_kind,
        "after_key": after_key,
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(ReviewRow)) as cursor:
        return cursor.execute(_REVIEWS, parameters).fetchall()


def longest_waiting(
    connection: Connection, kind: ReviewKind, *, seen_since: datetime | None = None, limit: int
) -> list[WaitingRow]:
    """Return up to `limit` entries of a kind, the longest waiting first.

    seen_since: leaves out what was last reported by then. None: leaves out nothing.
    """
    values = {"kind": kind, "seen_since": seen_since, "limit": limit}
    with connection.cursor(row_factory=row_of(WaitingRow)) as cursor:
        return cursor.execute(_LONGEST_WAITING, values).fetchall()
