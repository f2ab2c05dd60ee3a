"""Has contests simulated: stores what a user asks for, and wakes the function that simulates."""

import secrets
from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts.presence import hold_caller, lock_account
from pickvs.agenda import service as agenda
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.dfs.builds import reading as builds
from pickvs.dfs.contests import queries as contest_queries
from pickvs.dfs.contests import reading as contests
from pickvs.dfs.contests.errors import (
    build_of_other_slate,
    build_without_lineups,
    not_running,
    too_many_lineups,
    too_many_running,
    unknown_run,
)
from pickvs.dfs.contests.judging import reading as judging
from pickvs.dfs.contests.rules import FUNCTION, MOST_RUNNING
from pickvs.dfs.contests.runs import queries
from pickvs.dfs.contests.runs.showing import run_of
from pickvs.dfs.contests.schemas import ContestRun
from pickvs.idempotency.service import once

if TYPE_CHECKING:
    from pickvs.dfs.contests.requests import WantedRun


def create_run(
    user_id: int, wanted: "WantedRun", *, key: str | None, session: UUID | None, api_key_id: int | None
) -> ContestRun:
    """Store a run, and wake the function that simulates when this has committed. Return the run, which is queued.

    key: Idempotency-Key; the same request with it gets the first answer. session, api_key_id: the caller's.

    Raises NotFound (CONTEST_NOT_FOUND, BUILD_NOT_FOUND), Conflict (BUILD_OF_OTHER_SLATE, BUILD_WITHOUT_LINEUPS,
    CONTEST_TOO_SMALL), and TooManyRequests (RUNS_RUNNING).
    """
    with transaction() as connection:
        lock_account(connection, user_id)
        hold_caller(connection, user_id, session=session, api_key_id=api_key_id)
        if key is None:
            return _create(connection, user_id, wanted)
        return once(
            connection,
            user_id,
            key,
            wanted,
            ContestRun,
            lambda: _create(connection, user_id, wanted),
            about="simulate a contest ",
        )


def cancel_run(user_id: int, run_id: int, *, session: UUID | None, api_key_id: int | None) -> ContestRun:
    """Cancel a run, and return it. What it says stays. A running one ends after the simulations at hand.

    Raises NotFound (CONTEST_RUN_NOT_FOUND), and Conflict (RUN_NOT_RUNNING) if it has ended.
    """
    with transaction() as connection:
        hold_caller(connection, user_id, session=session, api_key_id=api_key_id)
        run = queries.hold_own_run(connection, run_id, user_id)
        if run is None:
            raise unknown_run()
        if run.ended_at is not None:
            raise not_running()
        if run.state == "queued":
            queries.end(connection, run_id, "cancelled", at=clock.now())
            agenda.drop(connection, FUNCTION, work_key(run_id))
        else:
            queries.request_cancel(connection, run_id)
        changed = queries.find_run(connection, run_id, user_id)
    if changed is None:
        raise unknown_run()
    return run_of(changed)


def work_key(run_id: int) -> str:
    """Return the key of a run on the agenda."""
    return f"run:{run_id}"


def _create(connection: Connection, user_id: int, wanted: "WantedRun") -> ContestRun:
    contest = contests.own_contest(connection, wanted.contest_id, user_id)
    build = builds.own_build(connection, wanted.build_id, user_id)
    if build.slate_id != contest.slate_id:
        raise build_of_other_slate()
    lineups = builds.lineups_of(connection, build.id)
    if build.ended_at is None or not lineups or any(None in lineup.players for lineup in lineups):
        raise build_without_lineups()
    if len(lineups) >= contest.size:
        raise too_many_lineups(len(lineups), contest.size)
    contest_queries.take_turn(connection, user_id)
    if queries.running(connection, user_id) >= MOST_RUNNING:
        raise too_many_running()
    trust, trust_from = wanted.trust, "request"
    if trust is None:
        fitted = judging.fitted_trust(connection, user_id)
        trust, trust_from = fitted.trust, "results" if fitted.slates else "default"
    at = clock.now()
    run_id = queries.insert_run(
        connection,
        user_id=user_id,
        slate_id=contest.slate_id,
        contest_id=contest.id,
        build_id=build.id,
        settings={"simulations": wanted.simulations, "trust": trust, "trust_from": trust_from},
        seed=wanted.seed if wanted.seed is not None else secrets.randbelow(2**31),
        wanted=wanted.simulations,
        at=at,
    )
    agenda.put(connection, FUNCTION, work_key(run_id), at, {"run": run_id})
    agenda.wake(connection, FUNCTION)
    stored = queries.find_run(connection, run_id, user_id)
    if stored is None:
        raise unknown_run()
    return run_of(stored)
