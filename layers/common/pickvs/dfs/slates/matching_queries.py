"""The SQL of what a slate's games and players are on the platform."""

from collections.abc import Mapping

from psycopg.sql import SQL

from pickvs.core.database import Connection

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
