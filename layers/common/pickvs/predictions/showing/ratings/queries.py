"""The SQL of ratings that are shown."""

from datetime import date, datetime

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_ON = """
    SELECT team.id AS team_id, coalesce(team.name, rated.team) AS team, rated.rating, rated.rating_sd,
           rated.line_rating, rated.line_rating_sd, rated.elo, rated.games, rated.day, rated.as_of
    FROM team_ratings rated
    LEFT JOIN teams team ON team.sport = rated.sport AND coalesce(team.key, '#' || team.id) = rated.team
    WHERE rated.sport = %(sport)s AND rated.day = (
      SELECT max(day) FROM team_ratings WHERE sport = %(sport)s AND (%(day)s::date IS NULL OR day <= %(day)s)
    )
    ORDER BY rated.rating DESC, rated.team
"""


class RatingRow(TableRow, frozen=True):
    """A team's rating before a day."""

    team_id: int | None
    team: str
    rating: float
    rating_sd: float
    line_rating: float
    line_rating_sd: float
    elo: float
    games: int
    day: date
    as_of: datetime


def ratings_on(connection: Connection, sport: str, day: date | None) -> list[RatingRow]:
    """Return the ratings of the latest day that is not after `day`, the strongest first. day: None for the latest."""
    with connection.cursor(row_factory=row_of(RatingRow)) as cursor:
        return cursor.execute(_ON, {"sport": sport, "day": day}).fetchall()
