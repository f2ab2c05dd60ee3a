"""The SQL of injuries."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from psycopg.rows import scalar_row

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

MOST_TIP_OFFS = 30
"""Times that are looked ahead: more than begin within a quarter of an hour."""

_LATEST = """
    SELECT DISTINCT ON (injury.player_id)
      injury.player_id, injury.status, injury.reason, injury.reported_at, player.team_id
    FROM injury_statuses injury
    JOIN players player ON player.id = injury.player_id
    WHERE player.sport = %s AND injury.source = %s
    ORDER BY injury.player_id, injury.id DESC
"""

_TIP_OFFS = """
    SELECT DISTINCT commence_time FROM games
    WHERE sport = %s AND status = 'scheduled' AND merged_into IS NULL AND commence_time > %s
    ORDER BY commence_time
    LIMIT %s
"""

_HEALTH = """
    SELECT DISTINCT ON (player_id, source) player_id, source, status, reason, reported_at, known_at
    FROM injury_statuses
    WHERE player_id = ANY(%s)
    ORDER BY player_id, source, id DESC
"""

_CHANGES = """
    SELECT injury.id, injury.player_id, player.name, team.name AS team, injury.source, injury.status, injury.reason,
           injury.reported_at, injury.known_at
    FROM injury_statuses injury
    JOIN players player ON player.id = injury.player_id
    LEFT JOIN teams team ON team.id = player.team_id
    WHERE player.sport = %(sport)s AND injury.id < %(before)s
      AND (%(since)s::timestamptz IS NULL OR injury.known_at >= %(since)s)
    ORDER BY injury.id DESC
    LIMIT %(limit)s
"""


class HealthRow(TableRow, frozen=True):
    """The latest word of a source on a player. known_at: when the platform heard it."""

    player_id: int
    source: str
    status: str
    reason: str | None
    reported_at: datetime
    known_at: datetime


class ChangeRow(TableRow, frozen=True):
    """What a source has said of a player once. team: for whom he plays now; None if that is not known."""

    id: int
    player_id: int
    name: str
    team: str | None
    source: str
    status: str
    reason: str | None
    reported_at: datetime
    known_at: datetime


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


def tip_offs_after(connection: Connection, sport: str, at: datetime) -> list[datetime]:
    """Return the next times after `at` at which games of a sport are to begin, in order. MOST_TIP_OFFS at most."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_TIP_OFFS, (sport, at, MOST_TIP_OFFS)).fetchall()


def health_of(connection: Connection, players: Collection[int]) -> list[HealthRow]:
    """Return the latest word of each source on players."""
    with connection.cursor(row_factory=row_of(HealthRow)) as cursor:
        return cursor.execute(_HEALTH, (list(players),)).fetchall()


def changes(connection: Connection, sport: str, *, since: datetime | None, before: int, limit: int) -> list[ChangeRow]:
    """Return what sources have said of a sport's players, the latest first, with a lower id than `before`."""
    values = {"sport": sport, "since": since, "before": before, "limit": limit}
    with connection.cursor(row_factory=row_of(ChangeRow)) as cursor:
        return cursor.execute(_CHANGES, values).fetchall()
