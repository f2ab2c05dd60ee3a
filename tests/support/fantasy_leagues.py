"""Leagues that have held drafts, as rows: many at once, without the way there."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

type Executes = psycopg.Connection[Any] | psycopg.Cursor[Any]
"""A connection or cursor whose rows are tuples, of the owner."""

_USERS = """
    INSERT INTO users (username, email, password_hash, created_at)
    SELECT 'player' || number, 'player' || number || '@example.com',
           '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$' || repeat('a', 43), now()
    FROM generate_series(1, %s) number
    RETURNING id
"""

_LEAGUES = """
    INSERT INTO leagues
      (sport, season, name, name_key, description, visibility, max_constructors, rounds, order_by, method, timezone,
       opens_weekday, opens_time, lock_by, clock_seconds, on_expiry, at_lock, auto_after_misses, replacement,
       free_swaps, table_id, amend_until, shortened, state, seed, seed_sha256, shown_seed, created_at, started_at)
    SELECT %(sport)s, %(season)s, %(name)s || number, %(name)s || number, '', 'private', %(constructors)s, 2,
           'rotation', 'snake', 'UTC', 0, %(opens)s::time, 'first_competitive', 7200, 'autopick', 'autopick', 2,
           %(replacement)s, 0,
           %(table)s, %(amend_until)s, %(shortened)s, 'running', seed, encode(sha256(seed), 'hex'), seed, %(at)s, %(at)s
    FROM generate_series(1, %(leagues)s) number, decode(repeat('ab', 32), 'hex') seed
    RETURNING id
"""

_CONSTRUCTORS = """
    INSERT INTO constructors (league_id, user_id, team_name, name_key, group_no, joined_at)
    SELECT league, users.id, 'Team ' || league || ' ' || users.place, users.place::text, 1, %(at)s
    FROM unnest(%(leagues)s::bigint[]) league
    CROSS JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM users ORDER BY id LIMIT %(constructors)s) users
    RETURNING id
"""

_DRAFTS = """
    WITH held AS (
      INSERT INTO drafts (league_id, event_id, sport, season, group_no, phase, is_paused, version, last_at, opens_at,
                          lock_at, is_touched)
      SELECT league.id, %(event)s, league.sport, league.season, 1, 'locked', false, 1, %(lock)s,
             %(lock)s::timestamptz - interval '4 days', %(lock)s, true
      FROM leagues league WHERE league.id = ANY(%(leagues)s)
      RETURNING id, league_id
    ), act AS (
      INSERT INTO draft_acts (draft_id, seq, at, kind, payload)
      SELECT held.id, number, %(lock)s, 'picked', '{}' FROM held, generate_series(1, 2 * %(constructors)s) number
    ), team AS (
      SELECT held.id AS draft_id, held.league_id, constructor.id AS constructor_id,
             row_number() OVER (PARTITION BY held.id ORDER BY constructor.id) AS place
      FROM held JOIN constructors constructor ON constructor.league_id = held.league_id
    ), entered AS (
      INSERT INTO draft_teams (draft_id, constructor_id, league_id, auto, misses, is_retired)
      SELECT draft_id, constructor_id, league_id, 'off', 0, false FROM team
    ), slot AS (
      INSERT INTO draft_slots (draft_id, slot_no, round, constructor_id)
      SELECT draft_id, CASE round WHEN 1 THEN place ELSE 2 * %(constructors)s + 1 - place END, round, constructor_id
      FROM team, generate_series(1, 2) round
      RETURNING draft_id, slot_no, constructor_id
    ), pool AS (
      INSERT INTO draft_pool (draft_id, contestant_id, rank, is_withdrawn)
      SELECT held.id, contestant, rank, false
      FROM held, unnest(%(pool)s::bigint[]) WITH ORDINALITY AS drafted (contestant, rank)
    )
    INSERT INTO draft_picks (draft_id, seq, slot_no, constructor_id, contestant_id, made_by)
    SELECT slot.draft_id, slot.slot_no, slot.slot_no, slot.constructor_id, drafted.contestant, 'owner'
    FROM slot
    JOIN unnest(%(pool)s::bigint[]) WITH ORDINALITY AS drafted (contestant, place) ON drafted.place = slot.slot_no
"""


def add_users(connection: Executes, number: int) -> list[int]:
    """Users, as rows."""
    return [row[0] for row in connection.execute(_USERS, (number,)).fetchall()]


def add_leagues(connection: Executes, number: int, settings: Mapping[str, Any]) -> list[int]:
    """Running leagues with their constructors, owned by the first users."""
    known = {"name": "League ", "constructors": 10, "replacement": "inherit", "amend_until": "season_end"}
    known |= {"opens": "08:00"}
    values = {**known, "shortened": "full", "sport": "formula_one", "leagues": number, **settings}
    leagues = [row[0] for row in connection.execute(_LEAGUES, values).fetchall()]
    connection.execute(_CONSTRUCTORS, values | {"leagues": leagues})
    return leagues


def hold_drafts(
    connection: Executes,
    leagues: Sequence[int],
    event: int,
    pool: Sequence[int],
    lock: Any,
    constructors: int = 10,
) -> None:
    """Held drafts of an event, each in the order of the pool. The rules of drafting are tested elsewhere."""
    connection.execute("SET session_replication_role = replica")
    values = {"leagues": list(leagues), "event": event, "pool": list(pool), "lock": lock, "constructors": constructors}
    connection.execute(_DRAFTS, values)
    connection.execute("SET session_replication_role = origin")
