"""GET /games/{game_id}/player-predictions: list the players' forecasts for a game."""

from pickvs.http.app import create_app
from pickvs.http.filters import Statistic, StatisticLine
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier
from pickvs.predictions.showing.players import service
from pickvs.predictions.showing.players.schemas import PlayerForecasts

app = create_app(scopes=["predictions:read"], problems={404: ["GAME_NOT_FOUND"]})


@app.get("/games/<game_id>/player-predictions")
def list_game_player_predictions(
    game_id: Identifier,
    caller: Caller,
    statistic: Statistic = None,
    line: StatisticLine = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> PlayerForecasts:
    """Return one page of the players' last forecasts, by player. Each is given that the player plays."""
    return service.list_of_game(game_id, statistic=statistic, line=line, limit=limit, cursor=cursor)
