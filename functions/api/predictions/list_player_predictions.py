"""GET /players/{player_id}/predictions: list a player's forecasts."""

from pickvs.http.app import create_app
from pickvs.http.filters import Statistic, StatisticLine
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier
from pickvs.predictions.showing.players import service
from pickvs.predictions.showing.players.schemas import PlayerForecasts

app = create_app(scopes=["predictions:read"], problems={404: ["PLAYER_NOT_FOUND"]})


@app.get("/players/<player_id>/predictions")
def list_player_predictions(
    player_id: Identifier,
    caller: Caller,
    statistic: Statistic = None,
    line: StatisticLine = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> PlayerForecasts:
    """Return one page of a player's last forecast for each game, the latest game first. Each is given that he plays."""
    return service.list_of_player(player_id, statistic=statistic, line=line, limit=limit, cursor=cursor)
