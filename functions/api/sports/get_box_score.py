"""GET /games/{game_id}/box-score: get what both teams and their players did in a game."""

from pickvs.http.app import create_app
from pickvs.http.parameters import Identifier
from pickvs.predictions.statistics.listing import service
from pickvs.predictions.statistics.listing.schemas import GameBoxScore

app = create_app(problems={404: ["BOX_SCORE_NOT_FOUND"]}, max_age=60)


@app.get("/games/<game_id>/box-score")
def get_box_score(game_id: Identifier) -> GameBoxScore:
    """Return the latest box score of a game. In review it says why, and has no lines."""
    return service.show_box_score(game_id)
