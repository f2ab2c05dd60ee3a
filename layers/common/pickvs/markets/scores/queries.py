"""The SQL of recording scores, beyond the games themselves."""

from collections.abc import Collection
from datetime import datetime

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

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
      AND (seen_at > %(at)s) IS NOT TRUE
""")

_COUNT_OVERDUE = SQL("""
    SELECT count(*) AS overdue FROM games
    WHERE status = 'live' AND merged_into IS NULL AND commence_time <= %s
""")

# The first condition on the status must be that of the index games_awaited. Merged games wait for another's result.
_OVERDUE = SQL("""
    SELECT id, sport, home_team, away_team, commence_time, status IN ('scheduled', 'live') AS lacks_result,
           count(*) OVER () AS total
    FROM games
    WHERE commence_time <= %(tipped_off_by)s
      AND (status IN ('scheduled', 'live', 'review')
           OR (result_id IS NOT NULL AND settled_result_id IS DISTINCT FROM result_id))
      AND status <> 'review' AND (merged_into IS NULL OR status NOT IN ('scheduled', 'live'))
    ORDER BY commence_time, id
    LIMIT %(limit)s
""")


class OverdueGame(TableRow, frozen=True):
    """A game that is not settled in time. lacks_result: otherwise its picks wait. total: the number of such games."""

    id: int
    sport: str
    home_team: str
    away_team: str
    commence_time: datetime
    lacks_result: bool
    total: int


_LACKING_FINALS = SQL("""
    SELECT id, commence_time, seen_at, home_score IS NOT NULL AS shown_live
    FROM games
    WHERE sport = %(sport)s AND merged_into IS NULL AND commence_time BETWEEN %(since)s AND %(until)s
      AND (status IN ('scheduled', 'live') OR (status = 'review' AND review_reason = %(reason)s))
    ORDER BY commence_time, id
""")


class LackingFinal(TableRow, frozen=True):
    """A game without a final. seen_at: its latest capture. shown_live: whether a score of it is known."""

    id: int
    commence_time: datetime
    seen_at: datetime | None
    shown_live: bool


def lacking_finals(
    connection: Connection, sport: str, *, since: datetime, tipped_off_by: datetime, reason: str
) -> list[LackingFinal]:
    """Return the games of a sport without a final that tipped off between two moments; in review for `reason` only."""
    parameters = {"sport": sport, "since": since, "until": tipped_off_by, "reason": reason}
    with connection.cursor(row_factory=row_of(LackingFinal)) as cursor:
        return cursor.execute(_LACKING_FINALS, parameters).fetchall()


def first_finals(connection: Connection, games: Collection[int]) -> dict[int, datetime]:
    """Return when each game's first final was recorded since the game was last void or reopened."""
    return {row["game_id"]: row["recorded_at"] for row in connection.execute(_FIRST_FINALS, [list(games)])}


def send_overdue_to_review(connection: Connection, *, tipped_off_before: datetime, reason: str, at: datetime) -> int:
    """Set live games that tipped off at or before `tipped_off_before` to review, and return their number.

    Leaves out games that a later capture, or somebody, has changed.
    """
    return connection.execute(_REVIEW_OVERDUE, {"at": at, "before": tipped_off_before, "reason": reason}).rowcount


def count_overdue(connection: Connection, *, tipped_off_before: datetime) -> int:
    """Return the number of live games that tipped off at or before `tipped_off_before`."""
    row = connection.execute(_COUNT_OVERDUE, [tipped_off_before]).fetchone()
    return int(row["overdue"]) if row else 0


def overdue_games(connection: Connection, *, tipped_off_by: datetime, limit: int) -> list[OverdueGame]:
    """Return up to `limit` unsettled games, not in review, that tipped off by a time. Earliest first."""
    values = {"tipped_off_by": tipped_off_by, "limit": limit}
    with connection.cursor(row_factory=row_of(OverdueGame)) as cursor:
        return cursor.execute(_OVERDUE, values).fetchall()
