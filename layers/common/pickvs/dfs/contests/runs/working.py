"""Simulates contests in the background: claims a run, stores what it says after each chunk, and ends it.

A run is claimed for a while, which each chunk prolongs. Whoever claims it after a worker was killed goes on from the
stored sums, with the same digits. A worker whose claim has passed to another one stores nothing any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from pickvs.agenda import service as agenda
from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import RequestError
from pickvs.core.logging import logger
from pickvs.dfs.builds import reading as builds
from pickvs.dfs.contests import reading as contests
from pickvs.dfs.contests.rules import CLAIM, FUNCTION, LOST_AFTER, MOST_ATTEMPTS
from pickvs.dfs.contests.runs import queries
from pickvs.dfs.contests.runs.players import simulated_players
from pickvs.dfs.contests.runs.queries import RunRow
from pickvs.dfs.contests.runs.steps import CannotSimulate, Engine, Entered
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.projections import reading as projections
from pickvs.dfs.slates import reading as slates
from pickvs.predictions.facts.reading import statuses_before

_STOPPED = "The function that simulates was stopped several times. Ask for fewer simulations."
_LOST = "The simulation was not finished in time. Ask for it again."


@dataclass(frozen=True, slots=True)
class _Claimed:
    run: RunRow
    worker: UUID
    entered: Entered
    workings: Mapping[str, Any] | None


def simulate_due(engine: Engine, *, seconds: float) -> dict[str, int]:
    """Simulate what is due, one run after the other. seconds: begins no more runs after this time."""
    return agenda.take_due_alone(FUNCTION, lambda due: work(due, engine), seconds=seconds)


def end_lost_runs() -> int:
    """End the runs that the agenda has given up, and return their number."""
    at = clock.now()
    with transaction() as connection:
        lost = queries.hold_lost(connection, at - LOST_AFTER)
        for run in lost:
            _end_short(connection, run, _LOST, at)
    return len(lost)


def work(due: Due, engine: Engine) -> datetime | None:
    """Work on a run until it has ended, is claimed by another worker, or is gone with its user.

    Returns None if nothing is left to be done, or the time at which to look again.
    """
    run_id = int(due.payload["run"])
    claimed = _claim(run_id)
    if claimed is None or isinstance(claimed, datetime):
        return claimed
    try:
        _simulate(claimed, engine)
    except CannotSimulate as error:
        _end_of(claimed, str(error))
    return None


def _claim(run_id: int) -> _Claimed | datetime | None:
    at = clock.now()
    with transaction() as connection:
        run = queries.hold_run(connection, run_id)
        if run is None or run.ended_at is not None:
            return None
        if run.claimed_until is not None and run.claimed_until > at:
            return run.claimed_until
        if run.cancel_requested:
            queries.end(connection, run_id, "cancelled", at=at)
            return None
        if run.attempts >= MOST_ATTEMPTS:
            _end_short(connection, run, _STOPPED, at)
            return None
        worker = uuid4()
        queries.claim(connection, run_id, worker, at=at, until=at + CLAIM)
    try:
        with transaction(snapshot=True) as connection:
            return _Claimed(run, worker, _entered(connection, run), queries.workings_of(connection, run_id))
    except RequestError as error:  # the slate, contest or build has gone meanwhile
        with transaction() as connection:
            held = queries.hold_run(connection, run_id)
            if held is not None and held.worker == worker:
                _end_short(connection, held, error.detail, clock.now())
        return None


def _entered(connection: Connection, run: RunRow) -> Entered:
    contest = contests.own_contest(connection, run.contest_id, run.user_id)
    build = builds.own_build(connection, run.build_id, run.user_id)
    slate = slates.slate(connection, run.slate_id, run.user_id)
    said = projections.projections_of(connection, build.projection_set_id)
    # As of the request, so that a worker that goes on after another one, and a repetition, count with the same.
    known = statuses_before(connection, slate.sport, run.created_at)
    statuses = {int(player): each.status for player, each in known.items()}
    return Entered(
        contest=contests.paid_by(contest),
        game=FORMATS[slate.format],
        players=simulated_players(slates.players_of(connection, slate.id), said, statuses),
        lineups={
            lineup.lineup_no: [player for player in lineup.players if player is not None]
            for lineup in builds.lineups_of(connection, build.id)
        },
        trust=run.settings["trust"],
        seed=run.seed,
        wanted=run.wanted,
    )


def _simulate(claimed: _Claimed, engine: Engine) -> None:
    """Store each step of the engine in a transaction of its own, and end the run."""
    before = claimed.run.done
    for step in engine(claimed.entered, claimed.workings):
        with transaction() as connection:
            at = clock.now()
            cancelled = queries.progress(
                connection,
                claimed.run.id,
                claimed.worker,
                before=before,
                done=step.done,
                result=step.result,
                workings=step.workings,
                lineups=step.lineups,
                until=at + CLAIM,
            )
            if cancelled is not None and (cancelled or step.done == claimed.run.wanted):
                is_done = step.done == claimed.run.wanted
                queries.end(connection, claimed.run.id, "done" if is_done else "cancelled", at=at)
        if cancelled is None:
            logger().info("run taken over", run=claimed.run.id)
            return
        if cancelled:
            return
        before = step.done


def _end_of(claimed: _Claimed, reason: str) -> None:
    with transaction() as connection:
        run = queries.hold_run(connection, claimed.run.id)
        if run is not None and run.worker == claimed.worker:
            _end_short(connection, run, reason, clock.now())


def _end_short(connection: Connection, run: RunRow, reason: str, at: datetime) -> None:
    """End a run that is locked, with fewer simulations than wanted."""
    queries.end(connection, run.id, "partial" if run.done else "failed", at=at, reason=reason)
    logger().info("run ended short", run=run.id, done=run.done, reason=reason)
