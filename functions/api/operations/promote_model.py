"""POST /admin/models/{name}/promotions: let a version forecast from now on."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Path
from pickvs.operations.administration.models import service
from pickvs.operations.administration.models.requests import PromotionOrder
from pickvs.operations.administration.models.schemas import ChampionChange
from pickvs.predictions.registry.rules import NAME_MAX, NAME_PATTERN, NAME_WORDS

app = create_app(role="admin", problems={404: ["MODEL_NOT_FOUND", "VERSION_NOT_FOUND"], 409: ["ALREADY_CHAMPION"]})

ModelName = Annotated[str, Path(min_length=3, max_length=NAME_MAX, pattern=NAME_PATTERN, words=NAME_WORDS)]


@app.post("/admin/models/<name>/promotions")
def promote_model(name: ModelName, order: PromotionOrder, caller: Caller) -> ChampionChange:
    """Make a version the champion, whatever the gate said of it. The next forecast uses it. A dry run only looks."""
    return service.promote(caller.user_id, caller.session, name, order)
