"""PUT /admin/games/{game_id}/start: set the actual start of a game."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.results import service
from pickvs.operations.administration.results.requests import StartOrder
from pickvs.operations.administration.results.schemas import Changes

app = create_app(
    role="admin",
    problems={
        404: ["GAME_NOT_FOUND"],
        409: ["START_IN_FUTURE", "RESULT_UNCHANGED", "NO_RESULT", "GAME_MERGED"],
    },
)


@app.put("/admin/games/<game_id>/start")
def set_game_start(game_id: Identifier, order: StartOrder, caller: Caller) -> Changes:
    """Set when the game began. Picks placed at that moment or later are void.

    A game with a final score is graded again. Any other game is locked, unless it is off. A dry run returns the changes
    without making them.
    """
    return service.set_start(caller.user_id, caller.session, game_id, order)
