"""The SQL of builds and lineups."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.rows import scalar_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.dfs.builds.rules import BuildState

_COLUMNS = SQL("""
    SELECT id, user_id, slate_id, projection_set_id, entry_file_id, is_dry_run, settings, seed, wanted, state, found,
           points, bound, gap, reason, conflict, relaxation, attempts, worker, claimed_until, cancel_requested,
           created_at, started_at, ended_at
    FROM dfs_builds
""")

_FIND = SQL("{} WHERE id = %(build)s AND user_id = %(user)s").format(_COLUMNS)
_HOLD = SQL("{} WHERE id = %s FOR UPDATE").format(_COLUMNS)
_HOLD_OWN = SQL("{} WHERE id = %(build)s AND user_id = %(user)s FOR UPDATE").format(_COLUMNS)
_IN_ORDER = SQL("""
    {} WHERE user_id = %(user)s AND (%(slate)s::bigint IS NULL OR slate_id = %(slate)s) AND id < %(before)s
    ORDER BY id DESC LIMIT %(limit)s
""").format(_COLUMNS)
_LOST = SQL("{} WHERE ended_at IS NULL AND created_at < %s ORDER BY id FOR UPDATE SKIP LOCKED").format(_COLUMNS)

_RUNNING = SQL("SELECT count(*) FROM dfs_builds WHERE user_id = %s AND state IN ('queued', 'running')")

_INSERT = SQL("""
    INSERT INTO dfs_builds
      (user_id, slate_id, projection_set_id, entry_file_id, is_dry_run, settings, seed, wanted, created_at)
    VALUES (%(user)s, %(slate)s, %(set)s, %(file)s, %(dry)s, %(settings)s, %(seed)s, %(wanted)s, %(at)s)
    RETURNING id
""")

_CLAIM = SQL("""
    UPDATE dfs_builds
    SET state = 'running', worker = %(worker)s, claimed_until = %(until)s, attempts = attempts + 1,
        started_at = coalesce(started_at, greatest(%(at)s, created_at))
    WHERE id = %(build)s
""")

_PROGRESS = SQL("""
    UPDATE dfs_builds
    SET found = found + %(more)s, points = points + %(points)s, bound = coalesce(%(bound)s, bound),
        claimed_until = greatest(claimed_until, %(until)s)
    WHERE id = %(build)s AND worker = %(worker)s AND state = 'running' AND found = %(found)s
    RETURNING cancel_requested
""")

_END = SQL("""
    UPDATE dfs_builds
    SET state = %(state)s, reason = %(reason)s, conflict = %(conflict)s, relaxation = %(relaxation)s,
        bound = coalesce(%(bound)s, bound), gap = %(gap)s, worker = NULL, claimed_until = NULL,
        ended_at = greatest(%(at)s, created_at)
    WHERE id = %(build)s AND ended_at IS NULL
""")

_REQUEST_CANCEL = SQL("UPDATE dfs_builds SET cancel_requested = true WHERE id = %s")

_INSERT_LINEUPS = SQL("""
    INSERT INTO lineups (build_id, lineup_no, players, points, salary, fingerprint, entry_line, kept_because)
    SELECT %(build)s, no, string_to_array(players, ',', '')::bigint[], points, salary, fingerprint, line, kept
    FROM unnest(%(nos)s::bigint[], %(players)s::text[], %(points)s::numeric[], %(salaries)s::bigint[],
                %(fingerprints)s::text[], %(lines)s::bigint[], %(kept)s::text[])
         AS built (no, players, points, salary, fingerprint, line, kept)
""")

_LINEUPS = SQL("""
    SELECT lineup_no, players, points, salary, entry_line, kept_because FROM lineups
    WHERE build_id = %(build)s AND lineup_no > %(after)s ORDER BY lineup_no LIMIT %(limit)s
""")

_TAKEN = SQL("""
    SELECT lineup.players FROM lineups lineup
    JOIN dfs_builds build ON build.id = lineup.build_id
    WHERE build.user_id = %(user)s AND build.slate_id = %(slate)s AND build.id = ANY(%(builds)s)
    ORDER BY lineup.build_id, lineup.lineup_no
    LIMIT %(limit)s
""")

_OF_SLATE = SQL("SELECT id FROM dfs_builds WHERE user_id = %(user)s AND slate_id = %(slate)s AND id = ANY(%(builds)s)")

_KEPT = SQL("SELECT count(*) FROM lineups WHERE build_id = %s AND kept_because IS NOT NULL")

_EXPOSURES = SQL("""
    SELECT player, count(*) AS lineups FROM lineups CROSS JOIN LATERAL unnest(players) AS player
    WHERE build_id = %s AND player IS NOT NULL GROUP BY player
""")


class BuildRow(TableRow, frozen=True):
    """A build. worker: who builds, until claimed_until."""

    id: int
    user_id: int
    slate_id: int
    projection_set_id: int
    entry_file_id: int | None
    is_dry_run: bool
    settings: dict[str, Any]
    seed: int
    wanted: int
    state: BuildState
    found: int
    points: Decimal
    bound: Decimal | None
    gap: Decimal | None
    reason: str | None
    conflict: list[dict[str, Any]] | None
    relaxation: list[dict[str, Any]] | None
    attempts: int
    worker: UUID | None
    claimed_until: datetime | None
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class LineupRow(TableRow, frozen=True):
    """A lineup. players: ids of the slate's players in the order of the slots; None: nobody."""

    lineup_no: int
    players: list[int | None]
    points: Decimal
    salary: int
    entry_line: int | None
    kept_because: str | None


class NewLineup(TableRow, frozen=True):
    """A lineup to be stored. entry_line, kept_because: of a late swap alone."""

    players: tuple[int | None, ...]
    points: Decimal
    salary: int
    fingerprint: str
    entry_line: int | None = None
    kept_because: str | None = None


def find(connection: Connection, build_id: int, user_id: int) -> BuildRow | None:
    """Return a build of the user. None if there is none."""
    with connection.cursor(row_factory=row_of(BuildRow)) as cursor:
        return cursor.execute(_FIND, {"build": build_id, "user": user_id}).fetchone()


def hold(connection: Connection, build_id: int) -> BuildRow | None:
    """Lock a build, and return it. None if it has gone with its user."""
    with connection.cursor(row_factory=row_of(BuildRow)) as cursor:
        return cursor.execute(_HOLD, (build_id,)).fetchone()


def hold_own(connection: Connection, build_id: int, user_id: int) -> BuildRow | None:
    """Lock a build of the user, and return it. None if there is none."""
    with connection.cursor(row_factory=row_of(BuildRow)) as cursor:
        return cursor.execute(_HOLD_OWN, {"build": build_id, "user": user_id}).fetchone()


def hold_lost(connection: Connection, created_before: datetime) -> list[BuildRow]:
    """Lock the builds that have not ended and were created before, and return them. Leaves out what others lock."""
    with connection.cursor(row_factory=row_of(BuildRow)) as cursor:
        return cursor.execute(_LOST, (created_before,)).fetchall()


def in_order(connection: Connection, user_id: int, *, slate_id: int | None, before: int, limit: int) -> list[BuildRow]:
    """Return up to `limit` builds of the user, newest first, with ids below `before`."""
    values = {"user": user_id, "slate": slate_id, "before": before, "limit": limit}
    with connection.cursor(row_factory=row_of(BuildRow)) as cursor:
        return cursor.execute(_IN_ORDER, values).fetchall()


def running(connection: Connection, user_id: int) -> int:
    """Return how many builds of the user are queued or running. The caller has locked the account."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        [count] = cursor.execute(_RUNNING, (user_id,)).fetchall()
    return int(count)


def insert(
    connection: Connection,
    *,
    user_id: int,
    slate_id: int,
    set_id: int,
    file_id: int | None,
    is_dry_run: bool,
    settings: Mapping[str, Any],
    seed: int,
    wanted: int,
    at: datetime,
) -> int:
    """Insert a queued build, and return its id."""
    values = {
        "user": user_id,
        "slate": slate_id,
        "set": set_id,
        "file": file_id,
        "dry": is_dry_run,
        "settings": Jsonb(dict(settings)),
        "seed": seed,
        "wanted": wanted,
        "at": at,
    }
    with connection.cursor(row_factory=scalar_row) as cursor:
        [build_id] = cursor.execute(_INSERT, values).fetchall()
    return int(build_id)


def claim(connection: Connection, build_id: int, worker: UUID, *, at: datetime, until: datetime) -> None:
    """Give a build, which is locked, to a worker until `until`."""
    connection.execute(_CLAIM, {"build": build_id, "worker": worker, "at": at, "until": until})


def progress(
    connection: Connection,
    build_id: int,
    worker: UUID,
    *,
    found: int,
    lineups: Sequence[NewLineup],
    bound: Decimal | None,
    until: datetime,
) -> bool | None:
    """Store the lineups after the first `found` ones of a build, if the worker still has it.

    Returns whether the build is to be cancelled; None if the worker has it no more, and nothing is stored.
    """
    values = {
        "build": build_id,
        "worker": worker,
        "found": found,
        "more": len(lineups),
        "points": sum((lineup.points for lineup in lineups), Decimal(0)),
        "bound": bound,
        "until": until,
    }
    row = connection.execute(_PROGRESS, values).fetchone()
    if row is None:
        return None
    if lineups:
        connection.execute(
            _INSERT_LINEUPS,
            {
                "build": build_id,
                "nos": list(range(found + 1, found + len(lineups) + 1)),
                "players": [",".join("" if each is None else str(each) for each in one.players) for one in lineups],
                "points": [one.points for one in lineups],
                "salaries": [one.salary for one in lineups],
                "fingerprints": [one.fingerprint for one in lineups],
                "lines": [one.entry_line for one in lineups],
                "kept": [one.kept_because for one in lineups],
            },
        )
    return bool(row["cancel_requested"])


def end(
    connection: Connection,
    build_id: int,
    state: BuildState,
    *,
    at: datetime,
    reason: str | None = None,
    conflict: Sequence[Mapping[str, Any]] | None = None,
    relaxation: Sequence[Mapping[str, Any]] | None = None,
    bound: Decimal | None = None,
    gap: Decimal | None = None,
) -> None:
    """End a build that is locked, unless it has ended."""
    values = {
        "build": build_id,
        "state": state,
        "reason": reason,
        "conflict": None if conflict is None else Jsonb([dict(each) for each in conflict]),
        "relaxation": None if relaxation is None else Jsonb([dict(each) for each in relaxation]),
        "bound": bound,
        "gap": gap,
        "at": at,
    }
    connection.execute(_END, values)


def request_cancel(connection: Connection, build_id: int) -> None:
    """Have the worker of a running build end it after the lineups at hand."""
    connection.execute(_REQUEST_CANCEL, (build_id,))


def lineups_of(connection: Connection, build_id: int, *, after: int = 0, limit: int | None = None) -> list[LineupRow]:
    """Return up to `limit` lineups of a build with higher numbers than `after`."""
    values = {"build": build_id, "after": after, "limit": limit}
    with connection.cursor(row_factory=row_of(LineupRow)) as cursor:
        return cursor.execute(_LINEUPS, values).fetchall()


def builds_of(connection: Connection, user_id: int, slate_id: int, builds: Collection[int]) -> set[int]:
    """Return which of these builds are the user's and of the slate."""
    values = {"user": user_id, "slate": slate_id, "builds": list(builds)}
    with connection.cursor(row_factory=scalar_row) as cursor:
        return set(cursor.execute(_OF_SLATE, values).fetchall())


def lineups_of_builds(
    connection: Connection, user_id: int, slate_id: int, builds: Collection[int], limit: int
) -> list[frozenset[int]]:
    """Return the players of up to `limit` lineups of the user's builds of a slate."""
    values = {"user": user_id, "slate": slate_id, "builds": list(builds), "limit": limit}
    with connection.cursor(row_factory=scalar_row) as cursor:
        return [
            frozenset(player for player in players if player is not None)
            for players in cursor.execute(_TAKEN, values).fetchall()
        ]


def kept(connection: Connection, build_id: int) -> int:
    """Return how many entries of a late swap stay as they were."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        [count] = cursor.execute(_KEPT, (build_id,)).fetchall()
    return int(count)


def exposures_of(connection: Connection, build_id: int) -> dict[int, int]:
    """Return in how many lineups of a build each player is."""
    return {row["player"]: row["lineups"] for row in connection.execute(_EXPOSURES, (build_id,))}
