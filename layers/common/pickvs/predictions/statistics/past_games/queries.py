"""The SQL of past games with their lines."""

from datetime import date
from decimal import Decimal
from typing import Any

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_PAST = """
    SELECT past.id, past.local_date, past.day_number, past.home_team_id, past.away_team_id, result.home_points,
           result.away_points, result.spread, result.total, result.home_moneyline, result.away_moneyline
    FROM past_games past
    LEFT JOIN LATERAL (
      SELECT * FROM past_results WHERE game_id = past.id ORDER BY version DESC LIMIT 1
    ) result ON true
    WHERE past.sport = %s AND past.local_date BETWEEN %s AND %s
"""

# The first version was known on the next morning; what is completed later, when it was recorded.
_RESULT = """
    INSERT INTO past_results (game_id, version, home_points, away_points, spread, total, home_moneyline, away_moneyline,
                              source, known_at, recorded_at)
    SELECT %(game)s, coalesce(max(version), 0) + 1, %(home)s, %(away)s, %(spread)s, %(total)s, %(home_moneyline)s,
           %(away_moneyline)s, %(source)s, CASE WHEN count(*) = 0 THEN %(known_at)s ELSE %(at)s END, %(at)s
    FROM past_results
    WHERE game_id = %(game)s
"""


class PastRow(TableRow, frozen=True):
    """A past game with the latest version of its result. Points are None without a result."""

    id: int
    local_date: date
    day_number: int
    home_team_id: int
    away_team_id: int
    home_points: int | None
    away_points: int | None
    spread: Decimal | None
    total: Decimal | None
    home_moneyline: int | None
    away_moneyline: int | None


def past_between(connection: Connection, sport: str, first: date, last: date) -> list[PastRow]:
    """Return the past games of these league-local days."""
    with connection.cursor(row_factory=row_of(PastRow)) as cursor:
        return cursor.execute(_PAST, (sport, first, last)).fetchall()


def insert_result(connection: Connection, values: dict[str, Any]) -> None:
    """Insert another version of a past game's result."""
    connection.execute(_RESULT, values)
