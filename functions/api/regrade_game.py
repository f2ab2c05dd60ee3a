"""POST /admin/games/{game_id}/regrade: book every pick of a game anew."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from pickvs.administration.results import service
from pickvs.administration.results.schemas import Changes, RegradeOrder
from pickvs.core.types import Identifier
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(role="admin", problems={404: ["GAME_NOT_FOUND"], 409: ["NO_RESULT"]})


@app.post("/admin/games/<game_id>/regrade")
def regrade_game(game_id: Annotated[Identifier, Path()], order: RegradeOrder, caller: Caller) -> Changes:
    """Grade by the result in force and the rules of today, or say which picks and ranks that would change."""
    return service.regrade_game(caller.user_id, game_id, order)
