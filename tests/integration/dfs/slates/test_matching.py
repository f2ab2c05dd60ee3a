"""A slate's games, venues and players are connected to those that the platform knows, and to no others."""

from datetime import timedelta
from typing import Any

import psycopg

from tests.support.football_slate import START, game, player, put


def test_what_is_known_is_found_and_nothing_is_guessed(rows: psycopg.Connection[Any]) -> None:
    known = game(rows, "Kansas City Chiefs", "Buffalo Bills", START + timedelta(hours=3))
    game(rows, "Kansas City Chiefs", "Buffalo Bills", START + timedelta(days=7), 1)
    allen = player(rows, "Josh Allen", "joshallen", "Buffalo Bills")
    player(rows, "Josh Allen", "joshallen", "Jacksonville Jaguars")
    mahomes = player(rows, "Pat Mahomes", "patmahomes", "Kansas City Chiefs")
    for _ in range(2):
        player(rows, "Same Name", "samename", "Detroit Lions")
    stored = put()
    games = {row["key"]: row for row in rows.execute("SELECT key, game_id, venue_id FROM slate_games")}
    assert {key: row["game_id"] for key, row in games.items()} == {"BUF@KC": known, "DET@LAR": None, "XXX@GB": None}
    venues = {
        row["id"]: row["key"] for row in rows.execute("SELECT id, key FROM venues WHERE key LIKE 'nfl_%'").fetchall()
    }
    assert {key: venues.get(row["venue_id"]) for key, row in games.items()} == {
        "BUF@KC": "nfl_kc",
        "DET@LAR": "nfl_la",
        "XXX@GB": None,
    }
    found = {row["name"]: row["player_id"] for row in rows.execute("SELECT name, player_id FROM slate_players")}
    assert found == {
        "Josh Allen": allen,
        "Pat Mahómes II": mahomes,
        "Same Name": None,
        "Nobody Known": None,
        "Some One": None,
    }
    followed = [row["key"] for row in rows.execute("SELECT key FROM agenda WHERE function = 'fetch_weather'")]
    assert followed == [f"nfl_kc/{START:%Y%m%dT%H%M}"], "the other one has a roof"
    # What becomes known later is found by the next statement of the slate.
    late = game(rows, "Los Angeles Rams", "Detroit Lions", START)
    assert put().id == stored.id
    [row] = rows.execute("SELECT game_id FROM slate_games WHERE key = 'DET@LAR'").fetchall()
    assert row["game_id"] == late


def test_of_two_meetings_on_a_day_the_nearer_one_is_taken(rows: psycopg.Connection[Any]) -> None:
    late = game(rows, "Kansas City Chiefs", "Buffalo Bills", START + timedelta(hours=5), 2)
    near = game(rows, "Kansas City Chiefs", "Buffalo Bills", START + timedelta(minutes=20))
    put()
    [row] = rows.execute("SELECT game_id FROM slate_games WHERE key = 'BUF@KC'").fetchall()
    assert row["game_id"] == near != late
