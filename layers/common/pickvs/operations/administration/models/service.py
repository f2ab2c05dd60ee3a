"""Trains, promotes and rolls back by hand. A dry run executes everything and rolls it back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict, FieldError, Invalid
from pickvs.core.paging import read_cursor, write_cursor
from pickvs.operations.administration.access import check_admin, require_admin
from pickvs.operations.administration.audit.queries import Action, Entry
from pickvs.operations.administration.audit.service import write_entry
from pickvs.operations.administration.models.requests import PromotionOrder, RollBackOrder, TrainingOrder
from pickvs.operations.administration.models.schemas import (
    ChampionChange,
    TrainingOrdered,
    TrainingRun,
    TrainingRunDetails,
    TrainingRuns,
    TuningPoint,
)
from pickvs.predictions.registry import service as registry
from pickvs.predictions.registry.service import Change
from pickvs.predictions.training_runs import service as runs
from pickvs.predictions.training_runs.values import RunFilter
from pickvs.sports.service import refuse_unknown_sport

_USUAL_POINTS = 30


def order_training(actor_id: int, session: UUID | None, order: TrainingOrder) -> TrainingOrdered:
    """Queue a training or a search that learns from what is known now.

    Raises Invalid, NotFound (TRAINING_RUN_NOT_FOUND), Conflict (SEARCH_NOT_DONE), and the errors of `require_admin`.
    """
    with transaction() as connection:
        require_admin(connection, actor_id, session)
        at = clock.now()
        spec = _spec(connection, order)
        with connection.transaction(force_rollback=order.dry_run):
            run = runs.request(
                connection,
                task=order.task,
                sport=order.sport,
                kind=order.kind,
                seed=order.seed,
                spec=spec,
                requested_by=actor_id,
                reason=order.reason,
                at=at,
            )
            after = {"run_id": run.id, "sport": order.sport, "kind": order.kind, "task": order.task}
            entry = Entry(actor_id=actor_id, action="train_models", reason=order.reason, before={}, after=after)
            write_entry(connection, entry, at)
        if not order.dry_run:
            runs.wake(connection)
    return TrainingOrdered(
        dry_run=order.dry_run,
        run_id=None if order.dry_run else run.id,
        sport=order.sport,
        kind=order.kind,
        task=order.task,
        spec=spec,
    )


def list_training_runs(actor_id: int, chosen: RunFilter, *, limit: int, cursor: str | None) -> TrainingRuns:
    """Return a page of training runs, the latest first, to an administrator.

    Raises the errors of `check_admin`, and Invalid if the cursor belongs to another list or the sport is not covered.
    """
    before = read_cursor(cursor, int)[0] if cursor is not None else None
    if chosen.sport is not None:
        refuse_unknown_sport(chosen.sport)
    with transaction() as connection:
        check_admin(connection, actor_id)
        rows = runs.list_runs(connection, chosen, before=before, limit=limit + 1)
    page = rows[:limit]
    return TrainingRuns(
        runs=[TrainingRun.of(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


def show_training_run(actor_id: int, run_id: int) -> TrainingRunDetails:
    """Return a training run to an administrator.

    Raises NotFound (TRAINING_RUN_NOT_FOUND), and the errors of `check_admin`.
    """
    with transaction() as connection:
        check_admin(connection, actor_id)
        run = runs.find_run(connection, run_id)
        points = runs.points_of(connection, run_id)
    return TrainingRunDetails(
        run=TrainingRun.of(run),
        spec=run.spec,
        packages=run.packages,
        metrics=run.metrics,
        points=[TuningPoint.of(point) for point in points],
    )


def promote(actor_id: int, session: UUID | None, name: str, order: PromotionOrder) -> ChampionChange:
    """Let a version forecast from now on, whatever the gate said of it.

    Raises NotFound (MODEL_NOT_FOUND, VERSION_NOT_FOUND), Conflict (ALREADY_CHAMPION), and the errors of
    `require_admin`.
    """

    def act(connection: Connection, at: datetime) -> Change:
        return registry.force(connection, name, order.version, actor_id=actor_id, reason=order.reason, at=at)

    return _carry_out(actor_id, session, "promote_model", act, reason=order.reason, dry_run=order.dry_run)


def roll_back(actor_id: int, session: UUID | None, name: str, order: RollBackOrder) -> ChampionChange:
    """Let the champion's predecessor forecast again.

    Raises NotFound (MODEL_NOT_FOUND), Conflict (NO_PREDECESSOR), and the errors of `require_admin`.
    """

    def act(connection: Connection, at: datetime) -> Change:
        return registry.undo(connection, name, actor_id=actor_id, reason=order.reason, at=at)

    return _carry_out(actor_id, session, "roll_back_model", act, reason=order.reason, dry_run=order.dry_run)


def _carry_out(
    actor_id: int,
    session: UUID | None,
    action: Action,
    act: Callable[[Connection, datetime], Change],
    *,
    reason: str,
    dry_run: bool,
) -> ChampionChange:
    with transaction() as connection:
        require_admin(connection, actor_id, session)
        at = clock.now()
        with connection.transaction(force_rollback=dry_run):
            change = act(connection, at)
            before = None if change.previous is None else change.previous.number
            entry = Entry(
                actor_id=actor_id,
                action=action,
                reason=reason,
                before={"model": change.model.name, "version": before},
                after={"model": change.model.name, "version": change.version.number},
            )
            write_entry(connection, entry, at)
    return ChampionChange(
        dry_run=dry_run,
        model=change.model.name,
        before=before,
        after=change.version.number,
        recipe=change.version.recipe,
        explanation=change.version.explanation,
    )


def _spec(connection: Connection, order: TrainingOrder) -> dict[str, Any]:
    if order.task == "tune":
        if order.parameters_of is not None:
            raise _invalid("parameters_of", "is for trainings only")
        return {"points": order.points or _USUAL_POINTS}
    if order.points is not None:
        raise _invalid("points", "is for searches only")
    if order.parameters_of is None:
        return {}
    search = runs.find_run(connection, order.parameters_of)
    if (search.task, search.sport, search.kind) != ("tune", order.sport, order.kind):
        raise _invalid("parameters_of", "must be a search of the same sport and kind")
    if search.status != "succeeded" or search.metrics is None:
        raise Conflict("SEARCH_NOT_DONE", "The search has not succeeded, or not yet.")
    return {"parameters": search.metrics["parameters"], "parameters_of": search.id}


def _invalid(field: str, why: str) -> Invalid:
    return Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (FieldError(field, why),))
