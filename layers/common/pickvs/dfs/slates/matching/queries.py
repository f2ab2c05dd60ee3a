"""The SQL of what a slate's games and players are on the platform."""

from collections.abc import Collection, Mapping
from datetime import datetime

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.dfs.weather.rules import hours_of_play

_SET_GAMES = SQL("""
    UPDATE slate_games SET game_id = found.game_id
    FROM unnest(%(ids)s::bigint[], %(games)s::bigint[]) AS found (id, game_id)
    WHERE slate_games.id = found.id
""")

_SET_PLAYERS = SQL("""
    UPDATE slate_players SET player_id = found.player_id
    FROM unnest(%(ids)s::bigint[], %(players)s::bigint[]) AS found (id, player_id)
    WHERE slate_players.id = found.id
""")

_SET_VENUE = SQL("""
    UPDATE slate_games SET venue_id = %(venue)s WHERE id = %(game)s AND venue_id IS DISTINCT FROM %(venue)s
""")

_VENUES = SQL("""
    SELECT game.slate_id, game.key, game.starts_at, game.venue_id, venue.key AS venue, venue.name, venue.roof
    FROM slate_games game JOIN venues venue ON venue.id = game.venue_id
    WHERE game.slate_id = ANY(%s)
    ORDER BY game.slate_id, game.starts_at, game.key
""")


class PlaceRow(TableRow, frozen=True):
    """A game of a slate, and where it is played. venue: the key of the place."""

    slate_id: int
    key: str
    starts_at: datetime
    venue_id: int
    venue: str
    name: str
    roof: str

    def covers(self, hour: datetime) -> bool:
        """Whether the game is played in the hour that begins then."""
        return hour in hours_of_play([self.starts_at])


def venues_of(connection: Connection, slates: Collection[int]) -> list[PlaceRow]:
    """Return the games of slates whose place is known, by slate and start."""
    with connection.cursor(row_factory=row_of(PlaceRow)) as cursor:
        return cursor.execute(_VENUES, (list(slates),)).fetchall()


def set_games(connection: Connection, games: Mapping[int, int]) -> None:
    """Connect games of slates to games of the markets."""
    if games:
        connection.execute(_SET_GAMES, {"ids": list(games), "games": list(games.values())})


def set_players(connection: Connection, players: Mapping[int, int]) -> None:
    """Connect players of slates to players of the statistics."""
    if players:
        connection.execute(_SET_PLAYERS, {"ids": list(players), "players": list(players.values())})


def set_venue(connection: Connection, game_id: int, venue_id: int) -> None:
    """Say where a game of a slate is played."""
    connection.execute(_SET_VENUE, {"game": game_id, "venue": venue_id})
