"""POST /admin/games/{game_id}/unmerge: undo the merge of an absorbed game."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.merges import service
from pickvs.operations.administration.merges.schemas import MergeChanges
from pickvs.operations.administration.results.requests import Order

app = create_app(role="admin", problems={404: ["GAME_NOT_FOUND"], 409: ["NOT_MERGED"]})


@app.post("/admin/games/<game_id>/unmerge")
def unmerge_games(game_id: Identifier, order: Order, caller: Caller) -> MergeChanges:
    """Undo the merge that has absorbed the game. It gets back the result that it had before.

    A dry run returns the changes without making them.
    """
    return service.unmerge_games(caller.user_id, caller.session, game_id, order)
