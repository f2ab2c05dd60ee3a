"""POST /admin/training-runs: queue a training, or a search for better parameters."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.operations.administration.models import service
from pickvs.operations.administration.models.requests import TrainingOrder
from pickvs.operations.administration.models.schemas import TrainingOrdered

app = create_app(role="admin", problems={404: ["TRAINING_RUN_NOT_FOUND"], 409: ["SEARCH_NOT_DONE"]})


@app.post("/admin/training-runs", status_code=202)
def order_training(order: TrainingOrder, caller: Caller) -> TrainingOrdered:
    """Queue a run that learns from what is known now, and return its id. A dry run queues nothing.

    `GET /admin/training-runs/{run_id}` tells how it goes.
    """
    return service.order_training(caller.user_id, caller.session, order)
