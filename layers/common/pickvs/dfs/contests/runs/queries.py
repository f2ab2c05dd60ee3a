"""The SQL of simulations of contests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import scalar_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.dfs.contests.rules import RunState

_RUN_COLUMNS = SQL("""
    SELECT id, user_id, slate_id, contest_id, build_id, settings, seed, wanted, state, done, result, reason, attempts,
           worker, claimed_until, cancel_requested, created_at, started_at, ended_at
    FROM dfs_contest_runs
""")
_FIND_RUN = SQL("{} WHERE id = %(run)s AND user_id = %(user)s").format(_RUN_COLUMNS)
_HOLD_RUN = SQL("{} WHERE id = %s FOR UPDATE").format(_RUN_COLUMNS)
_HOLD_OWN_RUN = SQL("{} WHERE id = %(run)s AND user_id = %(user)s FOR UPDATE").format(_RUN_COLUMNS)
_HOLD_LOST = SQL("{} WHERE ended_at IS NULL AND created_at < %s ORDER BY id FOR UPDATE SKIP LOCKED").format(
    _RUN_COLUMNS
)
_RUNS = SQL("""
    {} WHERE user_id = %(user)s AND (%(contest)s::bigint IS NULL OR contest_id = %(contest)s) AND id < %(before)s
    ORDER BY id DESC LIMIT %(limit)s
""").format(_RUN_COLUMNS)
_WORKINGS = SQL("SELECT workings FROM dfs_contest_runs WHERE id = %s")
_RUNNING = SQL("SELECT count(*) FROM dfs_contest_runs WHERE user_id = %s AND state IN ('queued', 'running')")
_INSERT_RUN = SQL("""
    INSERT INTO dfs_contest_runs (user_id, slate_id, contest_id, build_id, settings, seed, wanted, created_at)
    VALUES (%(user)s, %(slate)s, %(contest)s, %(build)s, %(settings)s, %(seed)s, %(wanted)s, %(at)s)
    RETURNING id
""")
_CLAIM = SQL("""
    UPDATE dfs_contest_runs
    SET state = 'running', worker = %(worker)s, claimed_until = %(until)s, attempts = attempts + 1,
        started_at = coalesce(started_at, greatest(%(at)s, created_at))
    WHERE id = %(run)s
""")
_PROGRESS = SQL("""
    UPDATE dfs_contest_runs
    SET done = %(done)s, result = %(result)s, workings = %(workings)s,
        claimed_until = greatest(claimed_until, %(until)s)
    WHERE id = %(run)s AND worker = %(worker)s AND state = 'running' AND done = %(before)s
    RETURNING cancel_requested
""")
_PUT_LINEUPS = SQL("""
    INSERT INTO dfs_contest_run_lineups (run_id, lineup_no, prize_cents, roi, roi_error, cash, win, top_percent)
    SELECT %(run)s, said.*
    FROM unnest(%(nos)s::bigint[], %(prizes)s::float8[], %(rois)s::float8[], %(errors)s::float8[], %(cash)s::float8[],
                %(wins)s::float8[], %(tops)s::float8[]) AS said
    ON CONFLICT (run_id, lineup_no) DO UPDATE
    SET prize_cents = excluded.prize_cents, roi = excluded.roi, roi_error = excluded.roi_error, cash = excluded.cash,
        win = excluded.win, top_percent = excluded.top_percent
""")
_LINEUPS = SQL("""
    SELECT lineup_no AS number, prize_cents::float8, roi::float8, roi_error::float8, cash::float8, win::float8,
           top_percent::float8
    FROM dfs_contest_run_lineups WHERE run_id = %(run)s AND lineup_no > %(after)s ORDER BY lineup_no LIMIT %(limit)s
""")
_END = SQL("""
    UPDATE dfs_contest_runs
    SET state = %(state)s, reason = %(reason)s, worker = NULL, claimed_until = NULL,
        ended_at = greatest(%(at)s, created_at)
    WHERE id = %(run)s AND ended_at IS NULL
""")
_REQUEST_CANCEL = SQL("UPDATE dfs_contest_runs SET cancel_requested = true WHERE id = %s")


class RunRow(TableRow, frozen=True):
    """A simulation of a contest. worker: who simulates, until claimed_until."""

    id: int
    user_id: int
    slate_id: int
    contest_id: int
    build_id: int
    settings: dict[str, Any]
    seed: int
    wanted: int
    state: RunState
    done: int
    result: dict[str, Any] | None
    reason: str | None
    attempts: int
    worker: UUID | None
    claimed_until: datetime | None
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class LineupReturnRow(TableRow, frozen=True):
    """What a lineup gets on average. number: of the lineup in its build."""

    number: int
    prize_cents: float
    roi: float | None
    roi_error: float | None
    cash: float
    win: float
    top_percent: float


def find_run(connection: Connection, run_id: int, user_id: int) -> RunRow | None:
    """Return a run of the user. None if there is none."""
    with connection.cursor(row_factory=row_of(RunRow)) as cursor:
        return cursor.execute(_FIND_RUN, {"run": run_id, "user": user_id}).fetchone()


def hold_run(connection: Connection, run_id: int) -> RunRow | None:
    """Lock a run, and return it. None if it has gone with its user."""
    with connection.cursor(row_factory=row_of(RunRow)) as cursor:
        return cursor.execute(_HOLD_RUN, (run_id,)).fetchone()


def hold_own_run(connection: Connection, run_id: int, user_id: int) -> RunRow | None:
    """Lock a run of the user, and return it. None if there is none."""
    with connection.cursor(row_factory=row_of(RunRow)) as cursor:
        return cursor.execute(_HOLD_OWN_RUN, {"run": run_id, "user": user_id}).fetchone()


def hold_lost(connection: Connection, created_before: datetime) -> list[RunRow]:
    """Lock the runs that have not ended and were created before, and return them. Leaves out what others lock."""
    with connection.cursor(row_factory=row_of(RunRow)) as cursor:
        return cursor.execute(_HOLD_LOST, (created_before,)).fetchall()


def runs(connection: Connection, user_id: int, *, contest_id: int | None, before: int, limit: int) -> list[RunRow]:
    """Return up to `limit` runs of the user, newest first, with ids below `before`."""
    values = {"user": user_id, "contest": contest_id, "before": before, "limit": limit}
    with connection.cursor(row_factory=row_of(RunRow)) as cursor:
        return cursor.execute(_RUNS, values).fetchall()


def workings_of(connection: Connection, run_id: int) -> dict[str, Any] | None:
    """Return the workings of a run. None if it has none yet."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: dict[str, Any] | None = cursor.execute(_WORKINGS, (run_id,)).fetchone()
    return found


def running(connection: Connection, user_id: int) -> int:
    """Return how many runs of the user are queued or running."""
    return _number(connection, _RUNNING, (user_id,))


def insert_run(
    connection: Connection,
    *,
    user_id: int,
    slate_id: int,
    contest_id: int,
    build_id: int,
    settings: Mapping[str, Any],
    seed: int,
    wanted: int,
    at: datetime,
) -> int:
    """Insert a queued run, and return its id."""
    values = {
        "user": user_id,
        "slate": slate_id,
        "contest": contest_id,
        "build": build_id,
        "settings": Jsonb(dict(settings)),
        "seed": seed,
        "wanted": wanted,
        "at": at,
    }
    return _number(connection, _INSERT_RUN, values)


def claim(connection: Connection, run_id: int, worker: UUID, *, at: datetime, until: datetime) -> None:
    """Give a run, which is locked, to a worker until `until`."""
    connection.execute(_CLAIM, {"run": run_id, "worker": worker, "at": at, "until": until})


def progress(
    connection: Connection,
    run_id: int,
    worker: UUID,
    *,
    before: int,
    done: int,
    result: Mapping[str, Any],
    workings: Mapping[str, Any],
    lineups: Sequence[LineupReturnRow],
    until: datetime,
) -> bool | None:
    """Store what a run says after `done` simulations, if the worker still has it and `before` were done before.

    Returns whether the run is to be cancelled; None if the worker has it no more, and nothing is stored.
    """
    values = {
        "run": run_id,
        "worker": worker,
        "before": before,
        "done": done,
        "result": Jsonb(dict(result)),
        "workings": Jsonb(dict(workings)),
        "until": until,
    }
    row = connection.execute(_PROGRESS, values).fetchone()
    if row is None:
        return None
    connection.execute(
        _PUT_LINEUPS,
        {
            "run": run_id,
            "nos": [each.number for each in lineups],
            "prizes": [each.prize_cents for each in lineups],
            "rois": [each.roi for each in lineups],
            "errors": [each.roi_error for each in lineups],
            "cash": [each.cash for each in lineups],
            "wins": [each.win for each in lineups],
            "tops": [each.top_percent for each in lineups],
        },
    )
    return bool(row["cancel_requested"])


def lineups_of(connection: Connection, run_id: int, *, after: int, limit: int) -> list[LineupReturnRow]:
    """Return up to `limit` lineups of a run with higher numbers than `after`."""
    with connection.cursor(row_factory=row_of(LineupReturnRow)) as cursor:
        return cursor.execute(_LINEUPS, {"run": run_id, "after": after, "limit": limit}).fetchall()


def end(connection: Connection, run_id: int, state: RunState, *, at: datetime, reason: str | None = None) -> None:
    """End a run that is locked, unless it has ended."""
    connection.execute(_END, {"run": run_id, "state": state, "reason": reason, "at": at})


def request_cancel(connection: Connection, run_id: int) -> None:
    """Have the worker of a run end it after the simulations at hand."""
    connection.execute(_REQUEST_CANCEL, (run_id,))


def _number(connection: Connection, query: SQL, values: Mapping[str, Any] | tuple[Any, ...]) -> int:
    with connection.cursor(row_factory=scalar_row) as cursor:
        [found] = cursor.execute(query, values).fetchall()
    return int(found)
