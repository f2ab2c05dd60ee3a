"""SQL of the places on the boards of seasons. Whoever changes them has locked the leagues' rows."""

from collections.abc import Collection

from pickvs.core.database import Connection

_ENROL = """
    INSERT INTO league_totals (league_id, constructor_id, points, countback, rank, is_tied)
    SELECT league.id, constructor.id, 0, array_fill(0::bigint, ARRAY[league.max_constructors::integer]), 1,
           count(*) OVER (PARTITION BY league.id) > 1
    FROM leagues league JOIN constructors constructor ON constructor.league_id = league.id
    WHERE league.id = ANY(%(leagues)s) AND constructor.group_no IS NOT NULL
      AND NOT EXISTS (SELECT FROM league_totals known
                      WHERE known.league_id = league.id AND known.constructor_id = constructor.id)
    RETURNING league_id
"""

_RANK = """
    WITH placed AS (
      SELECT league_id, constructor_id,
             rank() OVER standing AS rank, count(*) OVER (standing RANGE CURRENT ROW) > 1 AS is_tied
      FROM league_totals WHERE league_id = ANY(%(leagues)s)
      WINDOW standing AS (PARTITION BY league_id ORDER BY points DESC, countback DESC, best DESC NULLS LAST)
    )
    UPDATE league_totals total SET rank = placed.rank, is_tied = placed.is_tied
    FROM placed
    WHERE total.league_id = placed.league_id AND total.constructor_id = placed.constructor_id
      AND (total.rank, total.is_tied) IS DISTINCT FROM (placed.rank, placed.is_tied)
"""

_BUMP = "UPDATE leagues SET board_version = board_version + 1 WHERE id = ANY(%(leagues)s)"


def enrol(connection: Connection, leagues: Collection[int]) -> set[int]:
    """Put the constructors of leagues that have started on the boards of their seasons, where they are not.

    Returns the leagues with a new one. It has no rank before its league is scored or ranked.
    """
    return {row["league_id"] for row in connection.execute(_ENROL, {"leagues": list(leagues)})}


def rank(connection: Connection, leagues: Collection[int]) -> None:
    """Rank the seasons of leagues to which a constructor has come."""
    connection.execute(_RANK, {"leagues": list(leagues)})


def bump(connection: Connection, leagues: Collection[int]) -> None:
    """Give the boards of leagues another version."""
    connection.execute(_BUMP, {"leagues": list(leagues)})
