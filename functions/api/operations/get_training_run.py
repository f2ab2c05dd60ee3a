"""GET /admin/training-runs/{run_id}: get a training run with everything that it takes to repeat it."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.models import service
from pickvs.operations.administration.models.schemas import TrainingRunDetails

app = create_app(role="admin", problems={404: ["TRAINING_RUN_NOT_FOUND"]})


@app.get("/admin/training-runs/<run_id>")
def get_training_run(run_id: Identifier, caller: Caller) -> TrainingRunDetails:
    """Return a training run: hashes of facts, code and artefacts, parameters, versions of packages, and the words."""
    return service.show_training_run(caller.user_id, run_id)
