"""Asks for training runs and finds them. Row and work are one: see `training_runs` in migration 27.

A run lasts for minutes, longer than an attempt at work on the agenda may, and each is a row of its own that stays. So
runs are taken from their own table, by the same rules: counted attempts, and a dead process's run is taken again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pickvs.agenda import service as agenda
from pickvs.core.database import Connection
from pickvs.core.errors import FieldError, Invalid, NotFound
from pickvs.predictions.leagues.games import game_leagues
from pickvs.predictions.leagues.players import player_leagues
from pickvs.predictions.registry.rules import ModelKind
from pickvs.predictions.training_runs import queries
from pickvs.predictions.training_runs.queries import PointRow, RunRow
from pickvs.predictions.training_runs.values import RunFilter, TrainingTask

TRAIN = "train"
"""Name of the function that takes the runs."""

MOST_ATTEMPTS = 3
DEAD_AFTER = timedelta(minutes=16)
"""Time after which a run's process must have ended: Lambda's longest is 15 minutes."""


def request(
    connection: Connection,
    *,
    task: TrainingTask,
    sport: str,
    kind: ModelKind,
    seed: int,
    spec: Mapping[str, Any],
    requested_by: int | None,
    reason: str,
    at: datetime,
) -> RunRow:
    """Queue a run that learns from what was known at `at`. Who queues one wakes `train`.

    Raises Invalid (INVALID_VALUE) if no model of the sport and kind is trained.
    """
    known = game_leagues().keys() if kind == "games" else player_leagues().keys()
    if sport not in known:
        raise Invalid(
            "INVALID_VALUE",
            "Some values are not valid; see errors.",
            errors=(FieldError("sport", f"no models of {kind} are trained for it; there are {', '.join(known)}"),),
        )
    return queries.add(
        connection,
        task=task,
        sport=sport,
        kind=kind,
        as_of=at,
        seed=seed,
        spec=spec,
        requested_by=requested_by,
        reason=reason,
        at=at,
    )


def wake(connection: Connection) -> None:
    """Have `train` woken when the caller's transaction has committed."""
    agenda.wake(connection, TRAIN)


def queue_weekly(connection: Connection, sport: str, kind: ModelKind, at: datetime) -> RunRow | None:
    """Queue a training as the schedule has it. None if one is queued or running, or no such model is trained."""
    known = game_leagues().keys() if kind == "games" else player_leagues().keys()
    if sport not in known or queries.is_open(connection, sport, kind):
        return None
    return queries.add(
        connection,
        task="train",
        sport=sport,
        kind=kind,
        as_of=at,
        seed=0,
        spec={},
        requested_by=None,
        reason="the weekly schedule",
        at=at,
    )


def take(connection: Connection, at: datetime) -> RunRow | None:
    """Take the run that waits longest, which the caller then does. None if none waits."""
    return queries.take(connection, at, at - DEAD_AFTER)


def wake_for_others(connection: Connection, at: datetime) -> None:
    """Have `train` woken again if runs wait."""
    if queries.count_open(connection, at - DEAD_AFTER):
        wake(connection)


def find_run(connection: Connection, run_id: int) -> RunRow:
    """Return a run. Raises NotFound (TRAINING_RUN_NOT_FOUND)."""
    found = queries.runs(connection, RunFilter(), run_id=run_id, limit=1)
    if not found:
        raise NotFound("TRAINING_RUN_NOT_FOUND", "There is no such training run.")
    return found[0]


def list_runs(connection: Connection, chosen: RunFilter, *, before: int | None, limit: int) -> list[RunRow]:
    """Return up to `limit` runs, the latest first. before: the id of the previous page's last run."""
    return queries.runs(connection, chosen, before=before, limit=limit)


def points_of(connection: Connection, run_id: int) -> list[PointRow]:
    """Return the points of a search, by number; none for a training."""
    return queries.points(connection, run_id)


def run_before(connection: Connection, run: RunRow) -> RunRow | None:
    """Return the last training of the same sport and kind that succeeded before a run."""
    chosen = RunFilter(sport=run.sport, kind=run.kind, status="succeeded", task="train")
    found = queries.runs(connection, chosen, before=run.id, limit=1)
    return found[0] if found else None
