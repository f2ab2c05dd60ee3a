"""Builds lineups in the background: claims a build, stores batches of lineups, and says how it has ended.

A build is claimed for a while, which each batch prolongs. Whoever claims it after a worker was killed goes on after the
last stored lineup. A worker whose claim has passed to another one stores nothing any more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from pickvs.agenda import service as agenda
from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import RequestError
from pickvs.core.logging import logger
from pickvs.core.metrics import emit
from pickvs.dfs.builds import queries
from pickvs.dfs.builds.asking import Asked, ask
from pickvs.dfs.builds.entering import entries_of
from pickvs.dfs.builds.metrics import BUILD_SECONDS
from pickvs.dfs.builds.queries import BuildRow, LineupRow, NewLineup
from pickvs.dfs.builds.requests import WantedBuild
from pickvs.dfs.builds.rules import CLAIM, FUNCTION, LOST_AFTER, MOST_ATTEMPTS, MOST_EXCLUDED, gap_of
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer.rules import PortfolioRules
from pickvs.dfs.projections import reading as projections
from pickvs.dfs.slates import reading as slates

_STOPPED = "The function that builds was stopped several times. Build fewer lineups, or with fewer rules."
_LOST = "The build was not finished in time. Ask for it again."


@dataclass(frozen=True, slots=True)
class Batch:
    """Lineups that follow those before. bound: no portfolio that keeps the rules has more points; None if unknown.

    warning: what the user should know of the build although nothing is missing; None if there is nothing.
    """

    lineups: Sequence[NewLineup]
    bound: Decimal | None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """Why there are no more lineups. conflict, relaxation: named rules as JSON; None if none was found."""

    reason: str
    conflict: Sequence[Mapping[str, Any]] | None = None
    relaxation: Sequence[Mapping[str, Any]] | None = None


type Engine = Callable[[Asked, PortfolioRules, Sequence[LineupRow]], Iterable[Batch | Ending]]
"""Yields lineups after those given, in batches, and at last an ending if something of what was asked is missing."""

type Checker = Callable[[Asked], Ending | None]
"""Says why no lineup keeps the rules; None if there is one."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    build: BuildRow
    worker: UUID
    asked: Asked
    rules: PortfolioRules
    before: list[LineupRow]


def build_due(engine: Engine, check: Checker, *, seconds: float) -> dict[str, int]:
    """Build what is due, one build after the other. seconds: begins no more builds after this time."""
    return agenda.take_due_alone(FUNCTION, lambda due: work(due, engine, check), seconds=seconds)


def end_lost_builds() -> int:
    """End the builds that the agenda has given up, and return their number."""
    at = clock.now()
    with transaction() as connection:
        lost = queries.hold_lost(connection, at - LOST_AFTER)
        for build in lost:
            _end_short(connection, build, Ending(_LOST), at)
    return len(lost)


def work(due: Due, engine: Engine, check: Checker) -> datetime | None:
    """Work on a build until it has ended, is claimed by another worker, or is gone with its user.

    Returns None if nothing is left to be done, or the time at which to look again.
    """
    build_id = int(due.payload["build"])
    claimed = _claim(build_id)
    if claimed is None or isinstance(claimed, datetime):
        return claimed
    try:
        if claimed.build.is_dry_run:
            _check(claimed, check)
        else:
            _build(claimed, engine)
    except RequestError as error:  # the slate has changed since: a player left it, or a salary rose
        _end(claimed, Ending(error.detail))
    return None


def _claim(build_id: int) -> _Claimed | datetime | None:
    at = clock.now()
    with transaction() as connection:
        build = queries.hold(connection, build_id)
        if build is None or build.ended_at is not None:
            return None
        if build.claimed_until is not None and build.claimed_until > at:
            return build.claimed_until
        if build.cancel_requested:
            queries.end(connection, build_id, "cancelled", at=at)
            return None
        if build.attempts >= MOST_ATTEMPTS:
            _end_short(connection, build, Ending(_STOPPED), at)
            return None
        worker = uuid4()
        queries.claim(connection, build_id, worker, at=at, until=at + CLAIM)
    try:
        return _prepared(build, worker)
    except RequestError as error:
        with transaction() as connection:
            held = queries.hold(connection, build_id)
            if held is not None and held.worker == worker:
                _end_short(connection, held, Ending(error.detail), clock.now())
        return None


def _prepared(build: BuildRow, worker: UUID) -> _Claimed:
    wanted = WantedBuild.model_validate(build.settings, strict=False)
    with transaction(snapshot=True) as connection:
        slate = slates.slate(connection, build.slate_id, build.user_id)
        at = clock.now()
        asked = ask(
            wanted,
            FORMATS[slate.format],
            slates.players_of(connection, build.slate_id),
            projections.projections_of(connection, build.projection_set_id),
            entries=entries_of(connection, wanted, build.user_id, at),
            at=at,
        )
        taken = queries.lineups_of_builds(
            connection, build.user_id, build.slate_id, wanted.exclude_builds, MOST_EXCLUDED
        )
        before = queries.lineups_of(connection, build.id)
    return _Claimed(build, worker, asked, asked.portfolio(wanted, seed=build.seed, taken=taken), before)


def _check(claimed: _Claimed, check: Checker) -> None:
    ending = check(claimed.asked)
    with transaction() as connection:
        build = queries.hold(connection, claimed.build.id)
        if build is None or build.worker != claimed.worker:
            return
        if ending is None:
            queries.end(connection, build.id, "cancelled" if build.cancel_requested else "done", at=clock.now())
        else:
            _end_short(connection, build, ending, clock.now())


def _build(claimed: _Claimed, engine: Engine) -> None:
    """Store the engine's batches, each in a transaction of its own, and end the build."""
    found = len(claimed.before)
    ending = warning = None
    for step in engine(claimed.asked, claimed.rules, claimed.before):
        if isinstance(step, Ending):
            ending = step
            break
        with transaction() as connection:
            at = clock.now()
            cancelled = queries.progress(
                connection,
                claimed.build.id,
                claimed.worker,
                found=found,
                lineups=step.lineups,
                bound=step.bound,
                until=at + CLAIM,
            )
            if cancelled:
                queries.end(connection, claimed.build.id, "cancelled", at=at)
        if cancelled is None:
            logger().info("build taken over", build=claimed.build.id)
            return
        if cancelled:
            return
        found += len(step.lineups)
        warning = step.warning or warning
    _end(claimed, ending, warning)


def _end(claimed: _Claimed, ending: Ending | None, warning: str | None = None) -> None:
    at = clock.now()
    with transaction() as connection:
        build = queries.hold(connection, claimed.build.id)
        if build is None or build.worker != claimed.worker:
            return
        if ending is None and build.found == build.wanted:
            kept = queries.kept(connection, build.id)
            reason = f"{kept} of {build.found} entries stay as they were; each says why." if kept else warning
            queries.end(connection, build.id, "done", at=at, reason=reason, gap=gap_of(build.points, build.bound))
        else:
            _end_short(connection, build, ending or Ending("No more lineups keep the rules."), at)
    emit({BUILD_SECONDS: (at - build.created_at).total_seconds()})


def _end_short(connection: Connection, build: BuildRow, ending: Ending, at: datetime) -> None:
    """End a build that is locked, with fewer lineups than wanted."""
    queries.end(
        connection,
        build.id,
        "partial" if build.found else "failed",
        at=at,
        reason=ending.reason,
        conflict=ending.conflict,
        relaxation=ending.relaxation,
    )
    logger().info("build ended short", build=build.id, found=build.found, reason=ending.reason)
