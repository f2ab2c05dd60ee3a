"""PUT /admin/games/{game_id}/result: set or correct a game's final score by hand."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.results import service
from pickvs.operations.administration.results.requests import ResultOrder
from pickvs.operations.administration.results.schemas import Changes

app = create_app(
    role="admin", problems={404: ["GAME_NOT_FOUND"], 409: ["GAME_NOT_STARTED", "RESULT_UNCHANGED", "GAME_MERGED"]}
)


@app.put("/admin/games/<game_id>/result")
def set_game_result(game_id: Identifier, order: ResultOrder, caller: Caller) -> Changes:
    """Set the score and grade the picks. The result overrides the provider until the game is reopened.

    A dry run returns the changes without making them.
    """
    return service.set_result(caller.user_id, caller.session, game_id, order)
