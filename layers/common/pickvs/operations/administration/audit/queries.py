"""The SQL of the audit log."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

type Action = Literal[
    "set_result",
    "void_game",
    "reopen_game",
    "regrade_game",
    "set_start",
    "merge_games",
    "unmerge_games",
    "add_team_alias",
    "resolve_anomaly",
    "backfill_stats",
    "grant_role",
    "train_models",
    "promote_model",
    "roll_back_model",
    "set_race_result",
    "cancel_race",
    "reopen_race",
    "substitute_driver",
    "decide_review",
    "rescore_league",
]

_FIRST = (datetime.max.replace(tzinfo=UTC), 2**63 - 1)  # as a position: before every entry

_INSERT = SQL("""
    INSERT INTO audit_log (at, actor_id, action, game_id, result_id, subject_id, team_id, reason, before, after)
    VALUES (%(at)s, %(actor)s, %(action)s, %(game)s, %(result)s, %(subject)s, %(team)s, %(reason)s, %(before)s,
            %(after)s)
""")

_ENTRIES = SQL("""
    SELECT entry.id, entry.at, actor.username AS actor, entry.action, entry.game_id, subject.username AS subject,
           entry.team_id, entry.reason, entry.before, entry.after
    FROM (
      SELECT *
      FROM audit_log
      WHERE (at, id) < (%(after_at)s, %(after_id)s)
        AND (%(actor)s::text IS NULL OR actor_id = (SELECT id FROM users WHERE lower(username) = lower(%(actor)s)))
        AND (%(action)s::text IS NULL OR action = %(action)s)
        AND (%(game)s::bigint IS NULL OR game_id = %(game)s)
        AND (%(subject)s::text IS NULL
             OR subject_id = (SELECT id FROM users WHERE lower(username) = lower(%(subject)s)))
        AND (%(team)s::bigint IS NULL OR team_id = %(team)s)
        AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
      ORDER BY at DESC, id DESC
      LIMIT %(limit)s
    ) entry
    LEFT JOIN users actor ON actor.id = entry.actor_id
    LEFT JOIN users subject ON subject.id = entry.subject_id
    ORDER BY entry.at DESC, entry.id DESC
""")

type Position = tuple[datetime, int]
"""A place in the log: time and id of an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry to write.

    actor_id: None for the operator. subject_id: the user whose role was changed, by the operator or by that user.
    """

    actor_id: int | None
    action: Action
    game_id: int | None = None
    result_id: int | None = None
    subject_id: int | None = None
    team_id: int | None = None
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


class EntryRow(TableRow, frozen=True):
    """An entry as stored. actor, subject: current usernames."""

    id: int
    at: datetime
    actor: str | None
    action: Action
    game_id: int | None
    subject: str | None
    team_id: int | None
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Criteria for entries. None means no restriction. actor, subject: usernames, case-insensitive."""

    actor: str | None = None
    action: Action | None = None
    game_id: int | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    team_id: int | None = None


def insert_entry(connection: Connection, entry: Entry, at: datetime) -> None:
    """Insert an entry. Entries are permanent."""
    parameters = {
        "at": at,
        "actor": entry.actor_id,
        "action": entry.action,
        "game": entry.game_id,
        "result": entry.result_id,
        "subject": entry.subject_id,
        "team": entry.team_id,
        "reason": entry.reason,
        "before": Jsonb(entry.before),
        "after": Jsonb(entry.after),
    }
    connection.execute(_INSERT, parameters)


def entries(connection: Connection, chosen: EntryFilter, *, after: Position | None, limit: int) -> list[EntryRow]:
    """Return up to `limit` entries, newest first. after: position of the previous page's last entry."""
    after_at, after_id = after or _FIRST
    parameters = {
        "after_at": after_at,
        "after_id": after_id,
        "actor": chosen.actor,
        "action": chosen.action,
        "game": chosen.game_id,
        "subject": chosen.subject,
        "team": chosen.team_id,
        "since": chosen.since,
        "until": chosen.until,
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(EntryRow)) as cursor:
        return cursor.execute(_ENTRIES, parameters).fetchall()
