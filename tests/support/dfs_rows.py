"""Rows of a user in every table of daily fantasy, written directly, with a value in each column."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

FACTS = (
    *("dfs_uploads", "projection_sets", "projections", "dfs_entry_files", "dfs_entries", "lineups", "dfs_contests"),
    "weather_readings",
)
"""Tables whose rows never change. All but the readings of the weather go with their user."""
GO_FORWARD = ("dfs_builds", "dfs_contest_runs")
"""Tables whose rows keep their id."""

_REFERENCES: tuple[tuple[str, str], ...] = (
    (
        "venue",
        """
        INSERT INTO venues (key, name, latitude, longitude, roof, timezone)
        VALUES ('arena_' || %(user)s, 'An arena', 42.3662, -71.0621, 'closed', 'America/New_York') RETURNING id
        """,
    ),
    (
        "of_player",
        """
        INSERT INTO players (sport, name, normal, created_at, updated_at)
        VALUES ('basketball_nba', 'A player', 'a player', %(at)s, %(at)s) RETURNING id
        """,
    ),
    (
        "of_game",
        """
        INSERT INTO games (sport, home_team, away_team, local_date, commence_time, created_at, updated_at)
        VALUES ('basketball_nba', 'Home ' || %(user)s, 'Away ' || %(user)s, '2031-01-01', %(later)s, %(at)s, %(at)s)
        RETURNING id
        """,
    ),
)

_RETURNING: tuple[tuple[str, str], ...] = (
    (
        "slate",
        """
        INSERT INTO slates (user_id, site, sport, format, external_id, name, source, starts_at, created_at, updated_at)
        VALUES (%(user)s, 'draftkings', 'basketball_nba', 'dk_nba_classic', '98765', %(text)s, 'upload', %(later)s,
                %(at)s, %(at)s)
        RETURNING id
        """,
    ),
    (
        "game",
        """
        INSERT INTO slate_games (slate_id, key, away, home, starts_at, state, game_id, venue_id)
        VALUES (%(slate)s, 'LAL@BOS', 'LAL', 'BOS', %(later)s, 'scheduled', %(of_game)s, %(venue)s)
        RETURNING id
        """,
    ),
    (
        "player",
        """
        INSERT INTO slate_players
          (slate_id, slate_game_id, site_player_id, captain_site_id, player_id, name, normal, team, positions, slots,
           salary, captain_salary, average_points, status, is_disabled)
        VALUES (%(slate)s, %(game)s, '111', '112', %(of_player)s, %(text)s, 'a name', 'LAL', '{PG,SG}',
                '{PG,SG,G,UTIL}', 5400, 8100, 23.25, 'Q', true)
        RETURNING id
        """,
    ),
    (
        "upload",
        """
        INSERT INTO dfs_uploads (user_id, slate_id, kind, sha256, bytes, is_strict, report, uploaded_at)
        VALUES (%(user)s, %(slate)s, 'dk_salaries', %(sha256)s, 123, false, %(json)s, %(at)s)
        RETURNING id
        """,
    ),
    (
        "set",
        """
        INSERT INTO projection_sets (slate_id, user_id, version, kind, upload_id, parameters, made_at)
        VALUES (%(slate)s, %(user)s, 1, 'upload', %(upload)s, %(json)s, %(at)s)
        RETURNING id
        """,
    ),
    (
        "edited",
        """
        INSERT INTO projection_sets (slate_id, user_id, version, kind, parent_id, parameters, made_at)
        VALUES (%(slate)s, %(user)s, 2, 'edited', %(set)s, %(json)s, %(at)s)
        RETURNING id
        """,
    ),
    (
        "file",
        """
        INSERT INTO dfs_entry_files (user_id, slate_id, upload_id, added_at)
        VALUES (%(user)s, %(slate)s, %(upload)s, %(at)s)
        RETURNING id
        """,
    ),
    (
        "build",
        """
        INSERT INTO dfs_builds
          (user_id, slate_id, projection_set_id, entry_file_id, is_dry_run, settings, seed, wanted, state, found,
           points, bound, gap, reason, conflict, relaxation, attempts, cancel_requested, created_at, started_at,
           ended_at)
        VALUES (%(user)s, %(slate)s, %(set)s, %(file)s, false, %(json)s, 7, 2, 'partial', 1, 250.5, 251, 0.002,
                %(text)s, %(list)s, %(list)s, 1, true, %(at)s, %(at)s, %(later)s)
        RETURNING id
        """,
    ),
    (
        "contest",
        """
        INSERT INTO dfs_contests (user_id, slate_id, name, external_id, size, fee_cents, payouts, created_at)
        VALUES (%(user)s, %(slate)s, %(text)s, '171717', 100, 300, %(list)s, %(at)s)
        RETURNING id
        """,
    ),
    (
        "run",
        """
        INSERT INTO dfs_contest_runs
          (user_id, slate_id, contest_id, build_id, settings, seed, wanted, state, done, result, workings, reason,
           attempts, cancel_requested, created_at, started_at, ended_at)
        VALUES (%(user)s, %(slate)s, %(contest)s, %(build)s, %(json)s, 7, 1000, 'partial', 250, %(json)s, %(json)s,
                %(text)s, 1, true, %(at)s, %(at)s, %(later)s)
        RETURNING id
        """,
    ),
)

_ROWS = (
    "INSERT INTO dfs_aliases VALUES (%(user)s, 'basketball_nba', 'LAL', %(text)s, %(text)s, %(at)s)",
    "INSERT INTO projections VALUES (%(set)s, %(slate)s, %(player)s, 31.25, 8.5, 10.25, 55.5, 0.125, 33.5, 30.75)",
    """
    INSERT INTO dfs_entries VALUES
      (%(file)s, 2, '460639', '171717', %(text)s, '$3 ', ARRAY[%(text)s, ''], ARRAY[%(player)s, NULL]::bigint[],
       '{true,false}')
    """,
    """
    INSERT INTO dfs_builds
      (user_id, slate_id, projection_set_id, is_dry_run, settings, seed, wanted, state, attempts, worker, claimed_until,
       created_at, started_at)
    VALUES (%(user)s, %(slate)s, %(edited)s, false, %(json)s, 7, 1, 'running', 1, %(worker)s, %(later)s, %(at)s, %(at)s)
    """,
    """
    INSERT INTO lineups VALUES
      (%(build)s, 1, ARRAY[%(player)s]::bigint[], 250.5, 49900, '1', 2, 'no better one is possible')
    """,
    """
    INSERT INTO dfs_contest_runs
      (user_id, slate_id, contest_id, build_id, settings, seed, wanted, state, attempts, worker, claimed_until,
       created_at, started_at)
    VALUES (%(user)s, %(slate)s, %(contest)s, %(build)s, %(json)s, 7, 9, 'running', 1, %(worker)s, %(later)s, %(at)s,
            %(at)s)
    """,
    "INSERT INTO dfs_contest_run_lineups VALUES (%(run)s, 1, 450.5, 0.125, 0.01, 0.25, 0.001, 0.01)",
    """
    INSERT INTO dfs_contest_results VALUES
      (%(contest)s, %(user)s, %(upload)s, 99, %(json)s, %(list)s, %(list)s, %(at)s)
    """,
)


def fill_dfs(connection: psycopg.Connection[Any], at: datetime, *, user: int, text: str) -> None:
    """Store a slate that a user has uploaded, projections, entries, builds and a contest. To be run as the owner.

    text: stands in each column for free text.
    """
    values: dict[str, Any] = {
        "at": at,
        "later": at + timedelta(days=1),
        "user": user,
        "text": text,
        "sha256": sha256(text.encode()).hexdigest(),
        "worker": "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
        "json": Jsonb({text: [text]}),
        "list": Jsonb([{text: text}]),
    }
    for name, query in (*_REFERENCES, *_RETURNING):
        [row] = connection.execute(query.encode(), values).fetchall()
        values[name] = int(row["id"])
    for statement in _ROWS:
        connection.execute(statement.encode(), values)


def fill_weather(connection: psycopg.Connection[Any], at: datetime, *, text: str) -> None:
    """Store a venue whose name is `text`, and a forecast of its weather."""
    connection.execute(
        """
        WITH venue AS (
          INSERT INTO venues (key, name, latitude, longitude, roof, timezone)
          VALUES ('a_stadium', %(text)s, 39.0489, -94.4839, 'open', 'America/Chicago') RETURNING id
        )
        INSERT INTO weather_readings
          (venue_id, valid_at, source, made_at, temperature_c, wind_kph, gust_kph, wind_from_degrees, precipitation_mm,
           precipitation_chance, humidity)
        SELECT id, %(valid_at)s, 'nws', %(at)s, -2.5, 24.1, 40, 315, 0.25, 0.35, 0.81 FROM venue
        """,
        {"text": text, "at": at, "valid_at": at + timedelta(hours=3)},
    )
