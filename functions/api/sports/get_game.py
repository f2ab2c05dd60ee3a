"""GET /games/{game_id}: get the details of a game."""

from pickvs.http.app import create_app
from pickvs.http.parameters import Identifier
from pickvs.markets.catalogue import service
from pickvs.markets.catalogue.schemas import GameDetail

app = create_app(problems={404: ["GAME_NOT_FOUND"]}, max_age=30)


@app.get("/games/<game_id>")
def get_game(game_id: Identifier) -> GameDetail:
    """Return consensus, best prices, no-vig probabilities, the odds of every bookmaker, and the result."""
    return service.show_game(game_id)
