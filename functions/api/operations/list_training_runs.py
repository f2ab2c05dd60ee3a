"""GET /admin/training-runs: list training runs, with what came of them."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.operations.administration.models import service
from pickvs.operations.administration.models.schemas import TrainingRuns
from pickvs.predictions.registry.rules import ModelKind
from pickvs.predictions.training_runs.values import RunFilter, TrainingStatus, TrainingTask
from pickvs.sports.schemas import SportKey

app = create_app(role="admin")


@app.get("/admin/training-runs")
def list_training_runs(
    caller: Caller,
    sport: Annotated[SportKey | None, Query()] = None,
    kind: Annotated[ModelKind | None, Query()] = None,
    status: Annotated[TrainingStatus | None, Query()] = None,
    task: Annotated[TrainingTask | None, Query()] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> TrainingRuns:
    """Return one page of training runs, the latest first."""
    chosen = RunFilter(sport=sport, kind=kind, status=status, task=task)
    return service.list_training_runs(caller.user_id, chosen, limit=limit, cursor=cursor)
