"""The SQL of monitoring. Each statement reads recent rows through an index, independent of table sizes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.sql import SQL

from pickvs.core.database import Connection

# The condition must match the index games_awaited.
_UNSETTLED_GAMES = SQL("""
    SELECT count(*) AS games
    FROM games
    WHERE commence_time <= %(tipped_off_by)s
      AND (status IN ('scheduled', 'live', 'review')
           OR (result_id IS NOT NULL AND settled_result_id IS DISTINCT FROM result_id))
""")

# First finals only: later ones are corrections or follow a reopening, and users had a result before.
_LONGEST_DELAY = SQL("""
    SELECT max(result.recorded_at - game.commence_time) AS delay
    FROM game_results result
    JOIN games game ON game.id = result.game_id AND game.settled_result_id >= result.id
    WHERE result.recorded_at > %(since)s AND result.outcome = 'final'
      AND NOT EXISTS (
        SELECT FROM game_results earlier
        WHERE earlier.game_id = result.game_id AND earlier.id < result.id AND earlier.outcome = 'final'
      )
""")

_PLAY = SQL("SELECT count(*) AS picks, count(DISTINCT user_id) AS pickers FROM picks WHERE placed_at > %(since)s")

# A pick's last entry decides: a reversed pick that was not booked again is not settled.
_SETTLED = SQL("""
    WITH last AS MATERIALIZED (
      SELECT DISTINCT ON (pick_id) sign, result, closing_price, settled_at
      FROM settlement_ledger
      WHERE settled_at > %(since)s
      ORDER BY pick_id, result_id DESC, sign DESC
    )
    SELECT count(*) FILTER (WHERE settled_at > %(recent)s) AS recent,
           count(*) FILTER (WHERE result <> 'void') AS graded,
           count(closing_price) FILTER (WHERE result <> 'void') AS with_close
    FROM last WHERE sign = 1
""")


@dataclass(frozen=True, slots=True)
class SettledPicks:
    """Picks that were settled recently and still are.

    recent: settled after `recent`. graded: picks that are not void. with_close: graded picks that have a closing quote,
    at any line; at another line the closing line value is in points and has no percentage.
    """

    recent: int
    graded: int
    with_close: int


def count_unsettled_games(connection: Connection, *, tipped_off_by: datetime) -> int:
    """Return the number of games that tipped off by `tipped_off_by` and have no result or unsettled picks."""
    row = connection.execute(_UNSETTLED_GAMES, {"tipped_off_by": tipped_off_by}).fetchone()
    return int(row["games"]) if row else 0


def longest_delay(connection: Connection, *, since: datetime) -> timedelta | None:
    """Return the longest time from tip-off to settlement among games whose first final came after `since`."""
    row = connection.execute(_LONGEST_DELAY, {"since": since}).fetchone()
    return row["delay"] if row else None


def count_play(connection: Connection, *, since: datetime) -> tuple[int, int]:
    """Return the number of picks made after `since`, and of the users who made them."""
    row = connection.execute(_PLAY, {"since": since}).fetchone()
    return (int(row["picks"]), int(row["pickers"])) if row else (0, 0)


def count_settled_picks(connection: Connection, *, since: datetime, recent: datetime) -> SettledPicks:
    """Return counts of picks settled after `since`, and in `recent` those settled after that time."""
    row = connection.execute(_SETTLED, {"since": since, "recent": recent}).fetchone()
    return SettledPicks(**row) if row else SettledPicks(0, 0, 0)
