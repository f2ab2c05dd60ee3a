"""The SQL of recording scores, beyond the games themselves."""

from collections.abc import Collection
from datetime import datetime

from psycopg.sql import SQL

from pickvs.core.database import Connection

_FIRST_FINALS = SQL("""
    SELECT game_id, min(recorded_at) AS recorded_at
    FROM game_results result
    WHERE game_id = ANY(%s) AND outcome = 'final'
      AND id > coalesce((SELECT max(id) FROM game_results earlier
                         WHERE earlier.game_id = result.game_id AND earlier.outcome <> 'final'), 0)
    GROUP BY game_id
""")

_REVIEW_OVERDUE = SQL("""
    UPDATE games SET status = 'review', review_reason = %(reason)s, seen_at = greatest(seen_at, %(at)s),
                     updated_at = %(at)s
    WHERE status = 'live' AND commence_time <= %(before)s AND merged_into IS NULL
""")

_COUNT_OVERDUE = SQL("""
    SELECT count(*) AS overdue FROM games
    WHERE status = 'live' AND merged_into IS NULL AND commence_time <= %s
""")


def first_finals(connection: Connection, games: Collection[int]) -> dict[int, datetime]:
    """Return when each game's first final was recorded since the game was last void or reopened."""
    return {row["game_id"]: row["recorded_at"] for row in connection.execute(_FIRST_FINALS, [list(games)])}


def send_overdue_to_review(connection: Connection, *, tipped_off_before: datetime, reason: str, at: datetime) -> int:
    """Set live games that tipped off at or before `tipped_off_before` to review, and return their number."""
    return connection.execute(_REVIEW_OVERDUE, {"at": at, "before": tipped_off_before, "reason": reason}).rowcount


def count_overdue(connection: Connection, *, tipped_off_before: datetime) -> int:
    """Return the number of live games that tipped off at or before `tipped_off_before`."""
    row = connection.execute(_COUNT_OVERDUE, [tipped_off_before]).fetchone()
    return int(row["overdue"]) if row else 0
