"""The SQL of lists of games of players and teams. Only lines that count: of final box scores."""

from datetime import date, datetime
from typing import Any

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

# A game's day and teams' names, whichever table it is in.
_OF_GAME = """
    LEFT JOIN games game ON game.id = line.game_id
    LEFT JOIN past_games past ON past.id = line.game_id
    CROSS JOIN LATERAL (SELECT coalesce(game.local_date, past.local_date) AS day) at
"""

_OF_PLAYER = f"""
    SELECT line.game_id, line.season, at.day, line.team_id, line.opponent_id, line.is_home, line.seconds, line.stats,
           line.source
    FROM player_games_current line {_OF_GAME}
    WHERE line.player_id = %(player)s AND (%(season)s::bigint IS NULL OR line.season = %(season)s)
      AND (%(first)s::date IS NULL OR at.day >= %(first)s) AND (%(end)s::date IS NULL OR at.day < %(end)s)
      AND (at.day, line.game_id) < (%(before_day)s, %(before_id)s)
    ORDER BY at.day DESC, line.game_id DESC
    LIMIT %(limit)s
"""  # noqa: S608 - two constants

_OF_TEAM = f"""
    SELECT line.game_id, line.season, at.day, line.team_id, line.opponent_id, line.is_home, line.points, line.stats,
           line.source, other.points AS opponent_points
    FROM team_games_current line {_OF_GAME}
    JOIN team_games other ON other.box_id = line.box_id AND other.is_home <> line.is_home
    WHERE line.team_id = %(team)s AND (%(season)s::bigint IS NULL OR line.season = %(season)s)
      AND (at.day, line.game_id) < (%(before_day)s, %(before_id)s)
    ORDER BY at.day DESC, line.game_id DESC
    LIMIT %(limit)s
"""  # noqa: S608 - two constants

_BOX = """
    SELECT box.id, box.game_id, box.version, box.season, box.state, box.reasons, box.source, box.confirmed_by,
           box.known_at, EXISTS (SELECT FROM box_scores_current WHERE id = box.id) AS counts
    FROM box_scores box WHERE box.game_id = %s ORDER BY box.version DESC LIMIT 1
"""

_AVERAGES = """
    SELECT line.season, count(*) AS games, sum(line.seconds)::bigint AS seconds,
           (SELECT jsonb_object_agg(key, total) FROM (
              SELECT key, sum(value::bigint) AS total
              FROM player_games_current own, jsonb_each_text(own.stats)
              WHERE own.player_id = %(player)s AND own.season = line.season GROUP BY key
            ) sums) AS totals
    FROM player_games_current line
    WHERE line.player_id = %(player)s
    GROUP BY line.season
    ORDER BY line.season DESC
    LIMIT 30
"""


class PlayerGameRow(TableRow, frozen=True):
    """A player's line in a game."""

    game_id: int
    season: int
    day: date
    team_id: int
    opponent_id: int
    is_home: bool
    seconds: int
    stats: dict[str, int]
    source: str


class TeamGameRow(TableRow, frozen=True):
    """A team's line in a game."""

    game_id: int
    season: int
    day: date
    team_id: int
    opponent_id: int
    is_home: bool
    points: int
    opponent_points: int
    stats: dict[str, int]
    source: str


class BoxRow(TableRow, frozen=True):
    """The latest version of a game's box score. counts: it is final, and of the result in force."""

    id: int
    game_id: int
    version: int
    season: int
    state: str
    reasons: list[str]
    source: str
    confirmed_by: list[str]
    known_at: datetime
    counts: bool


class BoxTeamRow(TableRow, frozen=True):
    """A team's line in a box score."""

    team_id: int
    is_home: bool
    points: int
    stats: dict[str, int]


class BoxPlayerRow(TableRow, frozen=True):
    """A player's line in a box score."""

    player_id: int
    name: str
    is_home: bool
    seconds: int
    stats: dict[str, int]


class SeasonRow(TableRow, frozen=True):
    """A player's sums over a season."""

    season: int
    games: int
    seconds: int
    totals: dict[str, int] | None


def games_of_player(connection: Connection, values: dict[str, Any]) -> list[PlayerGameRow]:
    """Return a player's lines, the newest first. values: player, season, first, end, before_day, before_id, limit."""
    with connection.cursor(row_factory=row_of(PlayerGameRow)) as cursor:
        return cursor.execute(_OF_PLAYER, values).fetchall()


def games_of_team(connection: Connection, values: dict[str, Any]) -> list[TeamGameRow]:
    """Return a team's lines, the newest first. values: team, season, before_day, before_id, limit."""
    with connection.cursor(row_factory=row_of(TeamGameRow)) as cursor:
        return cursor.execute(_OF_TEAM, values).fetchall()


def seasons_of_player(connection: Connection, player: int) -> list[SeasonRow]:
    """Return a player's sums by season, the latest first."""
    with connection.cursor(row_factory=row_of(SeasonRow)) as cursor:
        return cursor.execute(_AVERAGES, {"player": player}).fetchall()


def box_score(connection: Connection, game: int) -> BoxRow | None:
    """Return the latest version of a game's box score. None if there is none."""
    with connection.cursor(row_factory=row_of(BoxRow)) as cursor:
        return cursor.execute(_BOX, (game,)).fetchone()


def box_teams(connection: Connection, box: int) -> list[BoxTeamRow]:
    """Return the teams' lines of a box score, home first."""
    with connection.cursor(row_factory=row_of(BoxTeamRow)) as cursor:
        return cursor.execute(
            "SELECT team_id, is_home, points, stats FROM team_games WHERE box_id = %s ORDER BY is_home DESC", (box,)
        ).fetchall()


def box_players(connection: Connection, season: int, box: int) -> list[BoxPlayerRow]:
    """Return the players' lines of a box score, who played longest first."""
    with connection.cursor(row_factory=row_of(BoxPlayerRow)) as cursor:
        return cursor.execute(
            """
            SELECT line.player_id, player.name, line.is_home, line.seconds, line.stats
            FROM player_games line JOIN players player ON player.id = line.player_id
            WHERE line.season = %s AND line.box_id = %s
            ORDER BY line.is_home DESC, line.seconds DESC, player.normal, line.player_id
            """,
            (season, box),
        ).fetchall()
