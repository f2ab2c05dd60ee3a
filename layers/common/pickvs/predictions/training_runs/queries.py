"""The SQL of training runs and of the points of searches."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.predictions.registry.rules import ModelKind
from pickvs.predictions.training_runs.values import RunFilter, TrainingStatus, TrainingTask

_COLUMNS = """
    run.id, run.task, run.sport, run.kind, run.status, run.as_of, run.seed, run.spec, run.requested_at, run.reason,
    run.attempts, run.started_at, run.ended_at, run.seconds, run.rows_sha256, run.code_sha256, run.packages,
    run.metrics, run.explanation, run.error
"""
_ADD = f"""
    INSERT INTO training_runs AS run (task, sport, kind, status, as_of, seed, spec, requested_at, requested_by, reason)
    VALUES (%(task)s, %(sport)s, %(kind)s, 'queued', %(as_of)s, %(seed)s, %(spec)s, %(at)s, %(by)s, %(reason)s)
    RETURNING {_COLUMNS}
"""  # noqa: S608 - names of columns
_OPEN_TRAINING = """
    SELECT FROM training_runs WHERE status IN ('queued', 'running') AND task = 'train' AND sport = %s AND kind = %s
"""
# A run is taken again if the process that took it must have ended.
_TAKE = f"""
    UPDATE training_runs AS run SET status = 'running', attempts = attempts + 1, started_at = %(at)s
    WHERE id = (
      SELECT id FROM training_runs
      WHERE status = 'queued' OR (status = 'running' AND started_at <= %(dead)s)
      ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING {_COLUMNS}
"""  # noqa: S608 - names of columns
_OPEN = """
    SELECT count(*) AS number FROM training_runs
    WHERE status = 'queued' OR (status = 'running' AND started_at <= %s)
"""
_SUCCEED = """
    UPDATE training_runs
    SET status = 'succeeded', ended_at = %(at)s, seconds = %(seconds)s, rows_sha256 = %(rows)s, code_sha256 = %(code)s,
        packages = %(packages)s, metrics = %(metrics)s, explanation = %(explanation)s
    WHERE id = %(id)s AND status = 'running' AND attempts = %(attempt)s AND started_at = %(started)s
"""
_FAIL = """
    UPDATE training_runs SET status = 'failed', ended_at = %(at)s, seconds = %(seconds)s, error = %(error)s
    WHERE id = %(id)s AND status = 'running' AND attempts = %(attempt)s AND started_at = %(started)s
"""
# Its process got on and ended in order, so its attempts are counted anew.
_QUEUE_AGAIN = """
    UPDATE training_runs SET status = 'queued', attempts = 0, started_at = NULL
    WHERE id = %(id)s AND status = 'running' AND attempts = %(attempt)s AND started_at = %(started)s
"""
_RUNS = f"""
    SELECT {_COLUMNS} FROM training_runs run
    WHERE (%(before)s::bigint IS NULL OR id < %(before)s) AND (%(id)s::bigint IS NULL OR id = %(id)s)
      AND (%(sport)s::text IS NULL OR sport = %(sport)s) AND (%(kind)s::text IS NULL OR kind = %(kind)s)
      AND (%(status)s::text IS NULL OR status = %(status)s) AND (%(task)s::text IS NULL OR task = %(task)s)
    ORDER BY id DESC
    LIMIT %(limit)s
"""  # noqa: S608 - names of columns
_LAST_TRAINED = """
    SELECT sport, max(ended_at) AS at FROM training_runs
    WHERE status = 'succeeded' AND task = 'train' AND kind = 'games'
      AND EXISTS (SELECT FROM games WHERE games.sport = training_runs.sport AND status = 'finished'
                                      AND commence_time BETWEEN %s AND %s)
    GROUP BY sport
"""
_ADD_POINTS = """
    INSERT INTO tuning_points (run_id, number, parameters)
    SELECT %(run)s, number, parameters
    FROM unnest(%(parameters)s::jsonb[]) WITH ORDINALITY AS point (parameters, number)
    ON CONFLICT DO NOTHING
"""
_POINTS = """
    SELECT number, parameters, attempts, loss, seconds, done_at, error FROM tuning_points
    WHERE run_id = %s ORDER BY number
"""
_BEGIN_POINT = "UPDATE tuning_points SET attempts = attempts + 1, begun_at = %s WHERE run_id = %s AND number = %s"
_END_POINT = """
    UPDATE tuning_points SET loss = %(loss)s, error = %(error)s, seconds = %(seconds)s, done_at = %(at)s
    WHERE run_id = %(run)s AND number = %(number)s AND done_at IS NULL
"""


class RunRow(TableRow, frozen=True):
    """A training run."""

    id: int
    task: TrainingTask
    sport: str
    kind: ModelKind
    status: TrainingStatus
    as_of: datetime
    seed: int
    spec: dict[str, Any]
    requested_at: datetime
    reason: str
    attempts: int
    started_at: datetime | None
    ended_at: datetime | None
    seconds: Decimal | None
    rows_sha256: str | None
    code_sha256: str | None
    packages: dict[str, str] | None
    metrics: dict[str, Any] | None
    explanation: str | None
    error: str | None


class PointRow(TableRow, frozen=True):
    """A point of a search. loss: None until it is done, or if it failed."""

    number: int
    parameters: dict[str, Any]
    attempts: int
    loss: float | None
    seconds: Decimal | None
    done_at: datetime | None
    error: str | None


def add(
    connection: Connection,
    *,
    task: TrainingTask,
    sport: str,
    kind: ModelKind,
    as_of: datetime,
    seed: int,
    spec: Mapping[str, Any],
    requested_by: int | None,
    reason: str,
    at: datetime,
) -> RunRow:
    """Insert a queued run, and return it."""
    values = {
        "task": task,
        "sport": sport,
        "kind": kind,
        "as_of": as_of,
        "seed": seed,
        "spec": Jsonb(dict(spec)),
        "by": requested_by,
        "reason": reason,
        "at": at,
    }
    with connection.cursor(row_factory=row_of(RunRow)) as cursor:
        row = cursor.execute(_ADD, values).fetchone()
    if row is None:
        raise RuntimeError("the insert returns a row")
    return row


def is_open(connection: Connection, sport: str, kind: ModelKind) -> bool:
    """Whether a training of this sport and kind is queued or running."""
    return connection.execute(_OPEN_TRAINING, (sport, kind)).fetchone() is not None


def take(connection: Connection, at: datetime, dead: datetime) -> RunRow | None:
    """Mark the run that waits longest as running, and return it. dead: who began before has ended without an answer."""
    with connection.cursor(row_factory=row_of(RunRow)) as cursor:
        return cursor.execute(_TAKE, {"at": at, "dead": dead}).fetchone()


def count_open(connection: Connection, dead: datetime) -> int:
    """Return the number of runs that `take` would find."""
    row = connection.execute(_OPEN, (dead,)).fetchone()
    return 0 if row is None else int(row["number"])


def succeed(
    connection: Connection,
    run: RunRow,
    *,
    seconds: float,
    rows_sha256: str,
    code_sha256: str,
    packages: Mapping[str, str],
    metrics: Mapping[str, Any],
    explanation: str,
    at: datetime,
) -> bool:
    """Record how a run ended. False if another process has taken it in the meantime."""
    values = {
        "id": run.id,
        "attempt": run.attempts,
        "started": run.started_at,
        "seconds": round(Decimal(seconds), 3),
        "rows": rows_sha256,
        "code": code_sha256,
        "packages": Jsonb(dict(packages)),
        "metrics": Jsonb(dict(metrics)),
        "explanation": explanation,
        "at": at,
    }
    return connection.execute(_SUCCEED, values).rowcount == 1


def fail(connection: Connection, run: RunRow, *, seconds: float, error: str, at: datetime) -> bool:
    """Record that a run failed. False if another process has taken it in the meantime."""
    values = {
        "id": run.id,
        "attempt": run.attempts,
        "started": run.started_at,
        "seconds": round(Decimal(seconds), 3),
        "error": error,
        "at": at,
    }
    return connection.execute(_FAIL, values).rowcount == 1


def queue_again(connection: Connection, run: RunRow) -> None:
    """Let a run that has got on and is not finished be taken again at once."""
    connection.execute(_QUEUE_AGAIN, {"id": run.id, "attempt": run.attempts, "started": run.started_at})


def runs(
    connection: Connection, chosen: RunFilter, *, run_id: int | None = None, before: int | None = None, limit: int
) -> list[RunRow]:
    """Return up to `limit` runs, the latest first. before: the id of the previous page's last run."""
    values = {
        "before": before,
        "id": run_id,
        "sport": chosen.sport,
        "kind": chosen.kind,
        "status": chosen.status,
        "task": chosen.task,
        "limit": limit,
    }
    with connection.cursor(row_factory=row_of(RunRow)) as cursor:
        return cursor.execute(_RUNS, values).fetchall()


def last_trained(connection: Connection, since: datetime, at: datetime) -> dict[str, datetime]:
    """Return when the games' models were last trained, by sport: of sports with a game over between two times."""
    return {row["sport"]: row["at"] for row in connection.execute(_LAST_TRAINED, (since, at))}


def add_points(connection: Connection, run_id: int, parameters: Sequence[Mapping[str, Any]]) -> None:
    """Insert the points of a search, unless they are there."""
    connection.execute(_ADD_POINTS, {"run": run_id, "parameters": [Jsonb(dict(each)) for each in parameters]})


def points(connection: Connection, run_id: int) -> list[PointRow]:
    """Return the points of a search, by number."""
    with connection.cursor(row_factory=row_of(PointRow)) as cursor:
        return cursor.execute(_POINTS, (run_id,)).fetchall()


def begin_point(connection: Connection, run_id: int, number: int, at: datetime) -> None:
    """Count an attempt at a point."""
    connection.execute(_BEGIN_POINT, (at, run_id, number))


def end_point(
    connection: Connection,
    run_id: int,
    number: int,
    *,
    loss: float | None,
    error: str | None,
    seconds: float,
    at: datetime,
) -> None:
    """Record the loss of a point, or why it has none."""
    values = {"run": run_id, "number": number, "loss": loss, "error": error, "seconds": round(Decimal(seconds), 3)}
    connection.execute(_END_POINT, {**values, "at": at})
