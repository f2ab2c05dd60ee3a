"""POST /admin/games/{game_id}/reopen: take a game's result back."""

from pickvs.administration.results import service
from pickvs.administration.results.requests import Order
from pickvs.administration.results.schemas import Changes
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(role="admin", problems={404: ["GAME_NOT_FOUND"], 409: ["NO_RESULT"]})


@app.post("/admin/games/<game_id>/reopen")
def reopen_game(game_id: Identifier, order: Order, caller: Caller) -> Changes:
    """Make the game's picks pending again, or say what that would change. The provider may speak again."""
    return service.reopen_game(caller.user_id, game_id, order)
