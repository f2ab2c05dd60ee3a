"""The SQL of injuries."""

from datetime import date, datetime
from typing import Any

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_LATEST = """
    SELECT DISTINCT ON (injury.player_id)
      injury.player_id, injury.status, injury.reason, injury.reported_at, player.team_id
    FROM injury_statuses injury
    JOIN players player ON player.id = injury.player_id
    WHERE player.sport = %s AND injury.source = %s
    ORDER BY injury.player_id, injury.id DESC
"""


class StatusRow(TableRow, frozen=True):
    """The latest word of a source on a player. team_id: the team he plays for now."""

    player_id: int
    status: str
    reason: str | None
    reported_at: datetime
    team_id: int | None


def latest(connection: Connection, sport: str, source: str) -> dict[int, StatusRow]:
    """Return the latest word of a source on each player of a sport."""
    with connection.cursor(row_factory=row_of(StatusRow)) as cursor:
        return {row.player_id: row for row in cursor.execute(_LATEST, (sport, source))}


def insert(connection: Connection, values: dict[str, Any]) -> None:
    """Insert what a source says of a player."""
    connection.execute(
        """
        INSERT INTO injury_statuses (player_id, status, reason, reported_at, known_at, source, run_id)
        VALUES (%(player)s, %(status)s, %(reason)s, %(reported_at)s, %(at)s, %(source)s, %(run)s)
        """,
        values,
    )


def plays_on(connection: Connection, sport: str, day: date) -> bool:
    """Return whether the platform knows a game of a sport on a league-local day."""
    return (
        connection.execute(
            "SELECT FROM games WHERE sport = %s AND local_date = %s AND merged_into IS NULL LIMIT 1", (sport, day)
        ).fetchone()
        is not None
    )
