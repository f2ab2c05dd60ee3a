"""Rows of a user in every table of leagues and drafts, written directly, with a value in each column."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg

GUARDED = ("leagues", "league_log", "drafts", "draft_acts", "draft_picks")
"""Tables of leagues and drafts whose rows stay."""

_LEAGUE = """
    INSERT INTO leagues
      (sport, season, name, name_key, description, visibility, max_constructors, rounds, order_by, method, timezone,
       opens_weekday, opens_time, lock_by, clock_seconds, quiet_begin, quiet_end, on_expiry, at_lock,
       auto_after_misses, replacement, free_swaps, table_id, amend_until, shortened, state, seed, seed_sha256,
       shown_seed, created_at, started_at)
    SELECT 'formula_one', 2031, %(league_name)s, %(league_name)s, %(league_name)s, 'private', 10, 2, 'rotation',
           'snake', 'UTC', 0, '08:00', 'first_competitive', 7200, '23:00', '08:00', 'autopick', 'autopick', 2,
           'inherit', 0, id, 'season_end', 'full', 'running', %(seed)s, %(commitment)s, %(seed)s, %(at)s, %(at)s
    FROM scoring_tables WHERE name = 'weekend' AND version = 1
    RETURNING id
"""

_ROWS = (
    "INSERT INTO league_members VALUES (%(league)s, %(user)s, 'commissioner', %(at)s)",
    "INSERT INTO league_log VALUES (%(league)s, 1, %(at)s, %(user)s, 'founded', NULL, '{}')",
    "INSERT INTO league_log VALUES (%(league)s, 2, %(at)s, %(user)s, 'retired', %(user)s, '{}')",
    "UPDATE leagues SET version = 2 WHERE id = %(league)s",
    "INSERT INTO constructor_names VALUES (%(league)s, 1, %(constructor)s, %(team)s)",
    """
    INSERT INTO league_invitations
      (league_id, kind, user_id, address, code_sha256, invited_by, created_at, expires_at, max_uses, uses, revoked_at)
    VALUES
      (%(league)s, 'user', %(user)s, NULL, NULL, %(user)s, %(at)s, %(later)s, 1, 1, NULL),
      (%(league)s, 'email', NULL, lower(%(email)s), NULL, %(user)s, %(at)s, %(later)s, 1, 0, NULL),
      (%(league)s, 'code', NULL, NULL, %(code)s, %(user)s, %(at)s, %(later)s, 5, 2, %(later)s)
    """,
    "INSERT INTO draft_acts VALUES (%(draft)s, 1, %(at)s, NULL, 'planned', '{}')",
    "INSERT INTO draft_acts VALUES (%(draft)s, 2, %(at)s, %(user)s, 'picked', '{}')",
    "INSERT INTO draft_acts VALUES (%(draft)s, 3, %(at)s, %(user)s, 'undone', '{}')",
    "INSERT INTO draft_teams VALUES (%(draft)s, %(constructor)s, %(league)s, 'on', 2, true)",
    "INSERT INTO draft_slots VALUES (%(draft)s, 1, 1, %(constructor)s, true)",
    "INSERT INTO draft_pool VALUES (%(draft)s, %(contestant)s, 1, false)",
    """
    INSERT INTO draft_picks (draft_id, seq, slot_no, constructor_id, contestant_id, made_by, swaps, voided_seq)
    VALUES (%(draft)s, 2, 1, %(constructor)s, %(contestant)s, 'owner', 1, 3)
    """,
    "INSERT INTO draft_queues VALUES (%(constructor)s, 'at_once', 'on', 2)",
    "INSERT INTO draft_queue_items VALUES (%(constructor)s, 1, %(contestant)s)",
    "INSERT INTO board_rows VALUES (%(league)s, %(event)s, %(constructor)s, 12.5, 10, 2.5, 1, false, 11, 2, %(at)s)",
    "INSERT INTO league_totals VALUES (%(league)s, %(constructor)s, 12.5, '{1,0}', 12.5, 1, false)",
)


def fill_league(connection: psycopg.Connection[Any], at: datetime, *, user: int, name: str, email: str) -> None:
    """Store a league that a user leads, with a team that has retired, a draft, and invitations. To be run as the owner.

    The league and the team have the user's name in theirs.
    """
    seed = sha256(name.encode()).digest()
    values: dict[str, Any] = {
        "at": at,
        "later": at + timedelta(days=7),
        "user": user,
        "email": email,
        "league_name": f"the league of {name}",
        "team": f"the team of {name}",
        "seed": seed,
        "commitment": sha256(seed).hexdigest(),
        "code": sha256(b"code" + seed).digest(),
    }

    def one(query: Any) -> int:
        [row] = connection.execute(query, values).fetchall()
        return int(row["id"])

    values["league"] = one(_LEAGUE)
    values["constructor"] = one(
        "INSERT INTO constructors (league_id, user_id, team_name, name_key, group_no, joined_at, retired_at)"
        " VALUES (%(league)s, %(user)s, %(team)s, %(team)s, 1, %(at)s, %(at)s) RETURNING id"
    )
    values["contestant"] = one(
        "INSERT INTO contestants (sport, name, short_name, code, created_at, updated_at)"
        " VALUES ('formula_one', 'A driver', 'Driver', 'DRI', %(at)s, %(at)s) RETURNING id"
    )
    values["venue"] = one("INSERT INTO event_venues (sport, created_at) VALUES ('formula_one', %(at)s) RETURNING id")
    values["event"] = one(
        "INSERT INTO events (sport, season, venue_id, name, day, created_at, updated_at)"
        " VALUES ('formula_one', 2031, %(venue)s, 'A race', '2031-05-04', %(at)s, %(at)s) RETURNING id"
    )
    values["draft"] = one(
        """
        INSERT INTO drafts
          (league_id, event_id, group_no, sport, season, phase, is_paused, version, last_at, opens_at, lock_at,
           clock_wanted, clock_seconds, manual_order, is_touched, next_slot, turn_slot, turn_started_at, expires_at,
           remind_at)
        VALUES
          (%(league)s, %(event)s, 1, 'formula_one', 2031, 'open', false, 3, %(at)s, %(at)s, %(later)s, 7200, 7200,
           '{1}', true, 1, 1, %(at)s, %(later)s, %(later)s)
        RETURNING id
        """
    )
    for statement in _ROWS:
        connection.execute(statement, values)
