"""The SQL of what has to be asked."""

from collections.abc import Collection
from datetime import date

from pickvs.core.database import Connection

_DAYS = """
    SELECT DISTINCT game.local_date AS day
    FROM games game
    JOIN game_results result ON result.id = game.result_id AND result.outcome = 'final'
    WHERE game.sport = %s AND game.status = 'finished' AND game.merged_into IS NULL AND game.local_date >= %s
      AND NOT EXISTS (SELECT FROM box_scores_current box WHERE box.game_id = game.id)
    ORDER BY 1
"""


def days_lacking(connection: Connection, sport: str, since: date) -> list[date]:
    """Return the days since `since` with settled games that have no final box score of the score in force."""
    return [row["day"] for row in connection.execute(_DAYS, (sport, since))]


def days_of(connection: Connection, games: Collection[int]) -> list[tuple[str, date]]:
    """Return sport and day of games, each once."""
    rows = connection.execute(
        "SELECT DISTINCT sport, local_date FROM games WHERE id = ANY(%s) AND home_team_id IS NOT NULL ORDER BY 1, 2",
        (list(games),),
    )
    return [(row["sport"], row["local_date"]) for row in rows]
