"""POST /admin/games/{game_id}/regrade: grade all picks of a game again."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.results import service
from pickvs.operations.administration.results.requests import RegradeOrder
from pickvs.operations.administration.results.schemas import Changes

app = create_app(role="admin", problems={404: ["GAME_NOT_FOUND"], 409: ["NO_RESULT", "GAME_MERGED"]})


@app.post("/admin/games/<game_id>/regrade")
def regrade_game(game_id: Identifier, order: RegradeOrder, caller: Caller) -> Changes:
    """Grade all picks by the current result and rules. A dry run returns the changes without making them."""
    return service.regrade_game(caller.user_id, caller.session, game_id, order)
