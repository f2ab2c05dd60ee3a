"""GET /games/{game_id}: one game in full."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from pickvs.core.types import Identifier
from pickvs.http.app import create_app
from pickvs.markets.catalogue import service
from pickvs.markets.catalogue.schemas import GameDetail

app = create_app(problems={404: ["GAME_NOT_FOUND"]}, max_age=30)


@app.get("/games/<game_id>")
def get_game(game_id: Annotated[Identifier, Path()]) -> GameDetail:
    """Return consensus, best prices, no-vig probabilities, every book's odds and the result; 422 for no number."""
    return service.show_game(game_id)
