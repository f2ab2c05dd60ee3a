"""POST /admin/games/{game_id}/void: cancel a game; its picks are void."""

from pickvs.administration.results import service
from pickvs.administration.results.requests import Order
from pickvs.administration.results.schemas import Changes
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(role="admin", problems={404: ["GAME_NOT_FOUND"], 409: ["RESULT_UNCHANGED"]})


@app.post("/admin/games/<game_id>/void")
def void_game(game_id: Identifier, order: Order, caller: Caller) -> Changes:
    """Void the game, or say what that would change. It stays void until it is reopened."""
    return service.void_game(caller.user_id, game_id, order)
