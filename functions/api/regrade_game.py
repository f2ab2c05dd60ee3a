"""POST /admin/games/{game_id}/regrade: book every pick of a game anew."""

from pickvs.administration.results import service
from pickvs.administration.results.requests import RegradeOrder
from pickvs.administration.results.schemas import Changes
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(role="admin", problems={404: ["GAME_NOT_FOUND"], 409: ["NO_RESULT"]})


@app.post("/admin/games/<game_id>/regrade")
def regrade_game(game_id: Identifier, order: RegradeOrder, caller: Caller) -> Changes:
    """Grade by the result in force and the rules of today, or say which picks and ranks that would change."""
    return service.regrade_game(caller.user_id, game_id, order)
