"""POST /admin/games/{game_id}/merge: let another game absorb this one."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.merges import service
from pickvs.operations.administration.merges.requests import MergeOrder
from pickvs.operations.administration.merges.schemas import MergeChanges

app = create_app(
    role="admin",
    problems={
        404: ["GAME_NOT_FOUND"],
        409: ["SAME_GAME", "GAME_MERGED", "OTHER_SPORT", "SIDES_UNKNOWN", "SIDES_DIFFER", "NOT_THE_SURVIVOR"],
    },
)


@app.post("/admin/games/<game_id>/merge")
def merge_games(game_id: Identifier, order: MergeOrder, caller: Caller) -> MergeChanges:
    """Merge the game into another listing of the same real game, whose results settle its picks from now on.

    Its picks, quotes and results stay where they were recorded. Of a user's picks on the same market of both games, the
    first counts. A dry run returns the changes without making them.
    """
    return service.merge_games(caller.user_id, caller.session, game_id, order)
