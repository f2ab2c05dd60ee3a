"""GET /games/{game_id}/predictions: list all forecasts of a game."""

from pickvs.http.answers import JSON, Answer
from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier
from pickvs.predictions.showing import service
from pickvs.predictions.showing.schemas import GameForecasts

app = create_app(problems={404: ["GAME_NOT_FOUND"]}, max_age=60)

_OVER_SECONDS = 3600


@app.get("/games/<game_id>/predictions")
def get_game_predictions(
    game_id: Identifier, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Answer[GameForecasts]:
    """Return one page of every contestant's forecasts as they were published, with scores once the game is final."""
    found = service.show_game(game_id, limit=limit, cursor=cursor)
    is_over = found.game.status in {"finished", "cancelled"}
    return Answer(200, JSON, found, max_age=_OVER_SECONDS if is_over else None)
