"""POST /admin/models/{name}/rollback: let the champion's predecessor forecast again."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Path
from pickvs.operations.administration.models import service
from pickvs.operations.administration.models.requests import RollBackOrder
from pickvs.operations.administration.models.schemas import ChampionChange
from pickvs.predictions.registry.rules import NAME_MAX, NAME_PATTERN, NAME_WORDS

app = create_app(role="admin", problems={404: ["MODEL_NOT_FOUND"], 409: ["NO_PREDECESSOR"]})

ModelName = Annotated[str, Path(min_length=3, max_length=NAME_MAX, pattern=NAME_PATTERN, words=NAME_WORDS)]


@app.post("/admin/models/<name>/rollback")
def roll_back_model(name: ModelName, order: RollBackOrder, caller: Caller) -> ChampionChange:
    """Make the champion's predecessor the champion again. Repeated, it leads back further. A dry run only looks."""
    return service.roll_back(caller.user_id, caller.session, name, order)
