"""A draft room on the real database, with the interface of `drafts.Room`, inside one transaction that is rolled back.

What happens outside of a draft (sessions that move, entries that change, a constructor that leaves) is told to the
tables, as the other rooms do, and the draft takes it up.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import psycopg
from psycopg import sql

from pickvs.core import clock
from pickvs.fantasy.drafts import commands
from pickvs.fantasy.drafts.carrying import carry_out
from pickvs.fantasy.drafts.commands import Command, Refusal, SetQueue, Tick
from pickvs.fantasy.drafts.planning import look_after_league
from pickvs.fantasy.drafts.queues.queries import put_queue
from pickvs.fantasy.drafts.replaying import proof_of
from pickvs.fantasy.leagues.seeds import base_order, commitment
from tests.support.database_roles import USERS
from tests.support.drafts import OPENS
from tests.support.read_drafts import ReadDraft

_PLANNED = OPENS - timedelta(days=3)
_TOLD = (commands.Reschedule, commands.ChangePool, commands.Retire, commands.Cancel, commands.Reinstate)
_SETTINGS = {"free_swaps": 0, "auto_after_misses": 2}


def seed_for(order: Sequence[int]) -> bytes:
    """Return a seed whose base order is this one."""
    return next(seed for number in count() if base_order(seed := number.to_bytes(32), sorted(order)) == list(order))


class StoredRoom(ReadDraft):
    """A draft of constructors with these ids. The contestants 1 to 9 exist; the first `pool` of them are entered."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        order: Sequence[int],
        pool: int,
        *,
        clock_seconds: int | None,
        lock_at: datetime,
        **terms: Any,
    ) -> None:
        self.event = event_of(connection, lock_at)
        enter(connection, self.event, tuple(range(1, pool + 1)), ())
        self.league = _league(connection, order, clock_seconds, _SETTINGS | terms)
        with clock.held_at(_PLANNED):
            look_after_league(connection, self.league)
        super().__init__(connection, int(_one(connection, "SELECT id FROM drafts WHERE league_id = %s", self.league)))
        self._prove()

    def do(self, command: Command, at: datetime, by: int | None = None) -> Refusal | None:
        """Carry out a command, and return why it was refused, if it was."""
        with clock.held_at(at):
            if isinstance(command, _TOLD):
                self._carry_out(Tick(), by)
                if not isinstance(command, commands.Cancel | commands.Reinstate) and self.state.phase != "open":
                    return Refusal("DRAFT_LOCKED")
                if isinstance(command, commands.Cancel) and self.state.phase == "void":
                    return Refusal("DRAFT_VOID")
                self._tell(command, at)
                command = Tick()
            return self._carry_out(command, by)

    def tick(self, at: datetime) -> None:
        """Do what is due."""
        assert self.do(Tick(), at) is None

    def _carry_out(self, command: Command, by: int | None) -> Refusal | None:
        # As the functions do: the owner of the tables is not stopped by all triggers.
        login = sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(sql.Identifier(USERS["writer"]))
        self.tables.execute(login)
        done = carry_out(self.tables, self.draft, command, by)
        assert done is not None
        if isinstance(command, SetQueue):
            put_queue(self.tables, command.constructor, command.queue.contestants, command.queue.mode)
        self.tables.execute("RESET SESSION AUTHORIZATION")
        self.look()
        self._prove()
        assert self.state == done[1].state
        return done[1].refusal

    def _prove(self) -> None:
        proof = proof_of(self.tables, self.draft)
        assert proof.holds, proof

    def _tell(self, command: Command, at: datetime) -> None:
        match command:
            case commands.Reschedule(lock_at=lock_at):
                _run(self.tables, "UPDATE event_sessions SET starts_at = %s WHERE event_id = %s", lock_at, self.event)
            case commands.Cancel():
                _run(self.tables, "UPDATE events SET is_void = true WHERE id = %s", self.event)
            case commands.Reinstate(lock_at=lock_at):
                _run(self.tables, "UPDATE events SET is_void = false WHERE id = %s", self.event)
                self._tell(commands.Reschedule(OPENS, lock_at), at)
            case commands.ChangePool(pool=pool, withdrawn=withdrawn):
                enter(self.tables, self.event, pool, withdrawn)
            case commands.Retire(constructor=constructor):
                _run(self.tables, "UPDATE constructors SET retired_at = %s WHERE id = %s", at, constructor)
            case _:
                raise AssertionError(command)


def enter(connection: psycopg.Connection[Any], event: int, pool: Sequence[int], withdrawn: Sequence[int] = ()) -> None:
    """Enter contestants in an event, the best ranked first."""
    _run(connection, "DELETE FROM event_rankings WHERE event_id = %s", event)
    for place, contestant in enumerate(pool, 1):
        values = (event, contestant, contestant, _PLANNED if contestant in withdrawn else None, _PLANNED)
        _run(
            connection,
            "INSERT INTO event_entries"
            " (event_id, contestant_id, sport, number, expected_seat, withdrawn_at, added_at)"
            " VALUES (%s, %s, 'formula_one', %s, '', %s, %s)"
            " ON CONFLICT (event_id, contestant_id) DO UPDATE SET withdrawn_at = excluded.withdrawn_at",
            *values,
        )
        _run(
            connection,
            "INSERT INTO event_rankings (event_id, contestant_id, position, points) VALUES (%s, %s, %s, 0)",
            *(event, contestant, place),
        )


def event_of(connection: psycopg.Connection[Any], lock_at: datetime, season: int = 2024) -> int:
    """Add an event whose only session locks, and the contestants 1 to 9, who are not entered yet. Return its id."""
    venue = _one(
        connection, "INSERT INTO event_venues (sport, created_at) VALUES ('formula_one', %s) RETURNING id", _PLANNED
    )
    for contestant in range(1, 10):
        _run(
            connection,
            "INSERT INTO contestants (id, sport, name, short_name, created_at, updated_at)"
            " OVERRIDING SYSTEM VALUE VALUES (%s, 'formula_one', %s, %s, %s, %s)",
            *(contestant, f"Driver {contestant}", f"D{contestant}", _PLANNED, _PLANNED),
        )
    event = _one(
        connection,
        "INSERT INTO events (sport, season, venue_id, name, day, created_at, updated_at)"
        " VALUES ('formula_one', %s, %s, 'Race', %s, %s, %s) RETURNING id",
        *(season, venue, lock_at.date(), _PLANNED, _PLANNED),
    )
    _run(
        connection,
        "INSERT INTO event_sessions (event_id, session, starts_at, scores, locks, source, updated_at)"
        " VALUES (%s, 'qualifying', %s, true, '{first_competitive}', 'test', %s)",
        *(event, lock_at, _PLANNED),
    )
    return int(event)


def _league(
    connection: psycopg.Connection[Any], order: Sequence[int], seconds: int | None, terms: dict[str, Any]
) -> int:
    table = _one(
        connection,
        "INSERT INTO scoring_tables (sport, name, version, body, sha256, created_at)"
        " VALUES ('formula_one', 'machine', 1, '{}', repeat('0', 64), %s) RETURNING id",
        _PLANNED,
    )
    seed = seed_for(order)
    values: dict[str, Any] = {
        "table_id": table,
        "seed": seed,
        "seed_sha256": commitment(seed),
        "shown_seed": seed,
        "clock_seconds": seconds,
        "at": _PLANNED,
        **terms,
    }
    league = _one(
        connection,
        """
        INSERT INTO leagues
          (sport, season, name, name_key, description, visibility, max_constructors, rounds, order_by, method, timezone,
           opens_weekday, opens_time, lock_by, clock_seconds, on_expiry, at_lock, auto_after_misses, replacement,
           free_swaps, table_id, amend_until, shortened, state, seed, seed_sha256, shown_seed, created_at, started_at)
        VALUES
          ('formula_one', 2024, 'Machine', 'machine', '', 'public', 10, %(rounds)s, 'rotation', %(method)s, 'UTC', 0,
           '12:00', 'first_competitive', %(clock_seconds)s, %(on_expiry)s, %(at_lock)s, %(auto_after_misses)s,
           %(replacement)s, %(free_swaps)s, %(table_id)s, 'season_end', 'full', 'running', %(seed)s, %(seed_sha256)s,
           %(shown_seed)s, %(at)s, %(at)s)
        RETURNING id
        """,
        values,
    )
    for constructor in order:
        user = _one(
            connection,
            "INSERT INTO users (username, email, password_hash, created_at)"
            " VALUES (%s, %s, '$argon2id$', %s) RETURNING id",
            *(f"user{constructor}", f"{constructor}@example.com", _PLANNED),
        )
        _run(
            connection,
            "INSERT INTO constructors (id, league_id, user_id, team_name, name_key, group_no, joined_at)"
            " OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s, %s, 1, %s)",
            *(constructor, league, user, f"Team {constructor}", f"team{constructor}", _PLANNED),
        )
    return int(league)


def _run(connection: psycopg.Connection[Any], query: Any, *values: Any) -> None:
    connection.execute(query, values)


def _one(connection: psycopg.Connection[Any], query: Any, *values: Any) -> Any:
    given = values[0] if len(values) == 1 and isinstance(values[0], dict) else values
    [row] = connection.execute(query, given).fetchall()
    return row["id"]
