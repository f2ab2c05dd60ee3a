"""POST /admin/games/{game_id}/reopen: withdraw a game's result."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.results import service
from pickvs.operations.administration.results.requests import Order
from pickvs.operations.administration.results.schemas import Changes

app = create_app(role="admin", problems={404: ["GAME_NOT_FOUND"], 409: ["NO_RESULT", "GAME_MERGED"]})


@app.post("/admin/games/<game_id>/reopen")
def reopen_game(game_id: Identifier, order: Order, caller: Caller) -> Changes:
    """Make the game's picks pending again. The provider's results apply again from now on.

    A dry run returns the changes without making them.
    """
    return service.reopen_game(caller.user_id, caller.session, game_id, order)
