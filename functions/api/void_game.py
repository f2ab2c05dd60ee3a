"""POST /admin/games/{game_id}/void: cancel a game; its picks are void."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from pickvs.administration.results import service
from pickvs.administration.results.schemas import Changes, Order
from pickvs.core.types import Identifier
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(role="admin", problems={404: ["GAME_NOT_FOUND"], 409: ["RESULT_UNCHANGED"]})


@app.post("/admin/games/<game_id>/void")
def void_game(game_id: Annotated[Identifier, Path()], order: Order, caller: Caller) -> Changes:
    """Void the game, or say what that would change. It stays void until it is reopened."""
    return service.void_game(caller.user_id, game_id, order)
