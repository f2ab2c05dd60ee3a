"""The SQL of anomalies, and of the season that the rules look at."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_GAMES = """
    WITH game AS (
      SELECT game.id, game.local_date AS day, game.home_team_id, game.away_team_id, game.day_number AS number,
             result.home_score::bigint AS home_points, result.away_score::bigint AS away_points
      FROM games game
      JOIN game_results result ON result.id = game.result_id AND result.outcome = 'final'
      WHERE game.sport = %(sport)s AND game.status = 'finished' AND game.merged_into IS NULL
        AND game.home_team_id IS NOT NULL AND game.local_date BETWEEN %(first)s AND %(last)s
        AND coalesce((SELECT phase FROM game_phases WHERE game_id = game.id ORDER BY version DESC LIMIT 1), 'regular')
            NOT IN ('preseason', 'all_star')
      UNION ALL
      SELECT past.id, past.local_date, past.home_team_id, past.away_team_id, past.day_number,
             result.home_points, result.away_points
      FROM past_games past
      CROSS JOIN LATERAL (SELECT * FROM past_results WHERE game_id = past.id ORDER BY version DESC LIMIT 1) result
      WHERE past.sport = %(sport)s AND past.season = %(season)s AND past.phase NOT IN ('preseason', 'all_star')
    )
    SELECT game.id, game.day, game.home_team_id, game.away_team_id, game.number, game.home_points, game.away_points,
           box.id AS box_id, box.home_points AS box_home_points, box.away_points AS box_away_points
    FROM game
    LEFT JOIN LATERAL (
      SELECT id, state, home_points, away_points FROM box_scores WHERE game_id = game.id ORDER BY version DESC LIMIT 1
    ) box ON box.state = 'final'
    ORDER BY game.day, game.id
"""

_LINES = """
    SELECT line.box_id, line.player_id, player.name, line.is_home, line.seconds, line.stats
    FROM player_games line
    JOIN players player ON player.id = line.player_id
    WHERE line.season = %(season)s AND line.box_id = ANY(%(boxes)s)
"""

_NOTE = """
    INSERT INTO stat_anomalies (sport, rule, subject, severity, game_id, player_id, details, found_at)
    VALUES (%(sport)s, %(rule)s, %(subject)s, %(severity)s, %(game)s, %(player)s, %(details)s, %(at)s)
    ON CONFLICT (sport, rule, subject) DO UPDATE SET resolved_at = NULL, resolution = NULL
    WHERE stat_anomalies.resolution = 'gone'
"""

_RESOLVE_GONE = """
    UPDATE stat_anomalies SET resolved_at = greatest(found_at, %(at)s), resolution = 'gone'
    WHERE sport = %(sport)s AND rule = ANY(%(rules)s) AND resolved_at IS NULL
      AND (%(subject)s::text IS NULL OR subject = %(subject)s)
      AND found_at >= %(since)s
      AND NOT (rule || ' ' || subject = ANY(%(still)s))
"""

_OPEN = """
    SELECT id, sport, rule, subject, severity, game_id, player_id, details, found_at, resolved_at, resolution
    FROM stat_anomalies
    WHERE (%(sport)s::text IS NULL OR sport = %(sport)s) AND (%(all)s OR resolved_at IS NULL) AND id > %(after)s
    ORDER BY id
    LIMIT %(limit)s
"""


class PlayedRow(TableRow, frozen=True):
    """A settled game, with its final box score if there is one."""

    id: int
    day: date
    home_team_id: int
    away_team_id: int
    number: int
    home_points: int
    away_points: int
    box_id: int | None
    box_home_points: int | None
    box_away_points: int | None


class LineRow(TableRow, frozen=True):
    """A player's line."""

    box_id: int
    player_id: int
    name: str
    is_home: bool
    seconds: int
    stats: dict[str, int]


class AnomalyRow(TableRow, frozen=True):
    """A finding, and whether somebody has resolved it."""

    id: int
    sport: str
    rule: str
    subject: str
    severity: str
    game_id: int | None
    player_id: int | None
    details: dict[str, Any]
    found_at: datetime
    resolved_at: datetime | None
    resolution: str | None


def games(connection: Connection, sport: str, season: int, days: tuple[date, date]) -> list[PlayedRow]:
    """Return the settled games of a season, by day."""
    values = {"sport": sport, "season": season, "first": days[0], "last": days[1]}
    with connection.cursor(row_factory=row_of(PlayedRow)) as cursor:
        return cursor.execute(_GAMES, values).fetchall()


def lines(connection: Connection, season: int, boxes: Sequence[int]) -> list[LineRow]:
    """Return the players' lines of box scores of a season."""
    with connection.cursor(row_factory=row_of(LineRow)) as cursor:
        return cursor.execute(_LINES, {"season": season, "boxes": list(boxes)}).fetchall()


def note(connection: Connection, values: dict[str, Any]) -> int:
    """Record a finding, or open it again if it had gone. Return the number of rows that are new or open again."""
    return connection.execute(_NOTE, {**values, "details": Jsonb(values["details"])}).rowcount


def resolve_gone(
    connection: Connection,
    sport: str,
    rules: Sequence[str],
    at: datetime,
    *,
    since: datetime,
    subject: str | None = None,
    still: Sequence[str] = (),
) -> int:
    """Resolve findings that are there no more, and return their number. still: rule and subject of those that are."""
    values = {"sport": sport, "rules": list(rules), "at": at, "since": since, "subject": subject, "still": list(still)}
    return connection.execute(_RESOLVE_GONE, values).rowcount


def listed(
    connection: Connection, *, sport: str | None, resolved_too: bool, after: int, limit: int
) -> list[AnomalyRow]:
    """Return findings after an id, the oldest first."""
    values = {"sport": sport, "all": resolved_too, "after": after, "limit": limit}
    with connection.cursor(row_factory=row_of(AnomalyRow)) as cursor:
        return cursor.execute(_OPEN, values).fetchall()


def resolve(connection: Connection, anomaly: int, resolution: str, at: datetime) -> bool:
    """Resolve a finding. Return whether it was open."""
    done = connection.execute(
        "UPDATE stat_anomalies SET resolved_at = greatest(found_at, %s), resolution = %s"
        " WHERE id = %s AND resolved_at IS NULL",
        (at, resolution, anomaly),
    )
    return done.rowcount == 1


def exists(connection: Connection, anomaly: int) -> bool:
    """Return whether there is such a finding."""
    return connection.execute("SELECT FROM stat_anomalies WHERE id = %s", (anomaly,)).fetchone() is not None


def count_errors(connection: Connection, *, besides: str, found_before: datetime) -> int:
    """Return the number of open errors of all rules but one that were found before a time."""
    row = connection.execute(
        "SELECT count(*) AS n FROM stat_anomalies"
        " WHERE resolved_at IS NULL AND severity = 'error' AND rule <> %s AND found_at < %s",
        (besides, found_before),
    ).fetchone()
    return 0 if row is None else int(row["n"])


def count_open(connection: Connection, sport: str | None, rule: str) -> int:
    """Return the number of open findings of a rule."""
    row = connection.execute(
        "SELECT count(*) AS n FROM stat_anomalies"
        " WHERE rule = %s AND resolved_at IS NULL AND (%s::text IS NULL OR sport = %s)",
        (rule, sport, sport),
    ).fetchone()
    return 0 if row is None else int(row["n"])
