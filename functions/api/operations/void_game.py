"""POST /admin/games/{game_id}/void: void a game and its picks."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.results import service
from pickvs.operations.administration.results.requests import Order
from pickvs.operations.administration.results.schemas import Changes

app = create_app(role="admin", problems={404: ["GAME_NOT_FOUND"], 409: ["RESULT_UNCHANGED", "GAME_MERGED"]})


@app.post("/admin/games/<game_id>/void")
def void_game(game_id: Identifier, order: Order, caller: Caller) -> Changes:
    """Void the game. It stays void until it is reopened. A dry run returns the changes without making them."""
    return service.void_game(caller.user_id, caller.session, game_id, order)
