"""The SQL of players' forecasts that are shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_COLUMNS = SQL("""prediction.id, prediction.game_id, game.commence_time, prediction.player_id, player.name,
    prediction.team, version.number AS version, version.recipe, prediction.as_of, prediction.published_at,
    prediction.to_play, prediction.statistics""")
_JOINS = SQL("""JOIN games game ON game.id = prediction.game_id
    LEFT JOIN game_results result ON result.id = game.result_id
    JOIN players player ON player.id = prediction.player_id
    JOIN model_versions version ON version.id = prediction.version_id""")
_IS_LAST = SQL("""prediction.published_at < coalesce(result.began_at, game.commence_time) AND NOT EXISTS (
        SELECT FROM player_predictions later
        WHERE later.player_id = prediction.player_id AND later.game_id = prediction.game_id
          AND (later.published_at, later.id) > (prediction.published_at, prediction.id)
          AND later.published_at < coalesce(result.began_at, game.commence_time)
      )""")

_OF_GAME = SQL("""
    SELECT {columns} FROM player_predictions prediction {joins}
    WHERE prediction.game_id = %(game)s AND prediction.player_id > %(after)s AND {is_last}
    ORDER BY prediction.player_id
    LIMIT %(limit)s
""").format(columns=_COLUMNS, joins=_JOINS, is_last=_IS_LAST)

_OF_GAMES = SQL("""
    SELECT {columns} FROM player_predictions prediction {joins}
    WHERE prediction.game_id = ANY(%s) AND {is_last}
    ORDER BY prediction.game_id, prediction.player_id
""").format(columns=_COLUMNS, joins=_JOINS, is_last=_IS_LAST)

_OF_PLAYER = SQL("""
    SELECT {columns} FROM player_predictions prediction {joins}
    WHERE prediction.player_id = %(player)s AND {is_last}
      AND (%(before_time)s::timestamptz IS NULL
           OR (game.commence_time, game.id) < (%(before_time)s, %(before_id)s::bigint))
    ORDER BY game.commence_time DESC, game.id DESC
    LIMIT %(limit)s
""").format(columns=_COLUMNS, joins=_JOINS, is_last=_IS_LAST)


class PlayerForecastRow(TableRow, frozen=True):
    """A player's last forecast before a game."""

    id: int
    game_id: int
    commence_time: datetime
    player_id: int
    name: str
    team: str
    version: int
    recipe: str
    as_of: datetime
    published_at: datetime
    to_play: float | None
    statistics: dict[str, Any]


def of_game(connection: Connection, game_id: int, *, after: int, limit: int) -> list[PlayerForecastRow]:
    """Return up to `limit` players' last forecasts for a game, by player from after `after`."""
    with connection.cursor(row_factory=row_of(PlayerForecastRow)) as cursor:
        return cursor.execute(_OF_GAME, {"game": game_id, "after": after, "limit": limit}).fetchall()


def of_games(connection: Connection, games: Sequence[int]) -> list[PlayerForecastRow]:
    """Return all players' last forecasts for the games, by game and player."""
    with connection.cursor(row_factory=row_of(PlayerForecastRow)) as cursor:
        return cursor.execute(_OF_GAMES, (list(games),)).fetchall()


def of_player(
    connection: Connection, player_id: int, *, before: tuple[datetime, int] | None, limit: int
) -> list[PlayerForecastRow]:
    """Return up to `limit` last forecasts of a player, the latest game first."""
    before_time, before_id = before or (None, None)
    parameters = {"player": player_id, "before_time": before_time, "before_id": before_id, "limit": limit}
    with connection.cursor(row_factory=row_of(PlayerForecastRow)) as cursor:
        return cursor.execute(_OF_PLAYER, parameters).fetchall()


def is_player(connection: Connection, player_id: int) -> bool:
    """Return whether there is a player with this id."""
    return connection.execute("SELECT FROM players WHERE id = %s", (player_id,)).fetchone() is not None


def is_game(connection: Connection, game_id: int) -> bool:
    """Return whether there is a game with this id."""
    return connection.execute("SELECT FROM games WHERE id = %s", (game_id,)).fetchone() is not None
