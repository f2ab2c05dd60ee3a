"""GET /players/{player_id}/predictions: list a player's forecasts."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier, Query
from pickvs.predictions.showing.players import service
from pickvs.predictions.showing.players.schemas import PlayerForecasts

app = create_app(scopes=["predictions:read"], problems={404: ["PLAYER_NOT_FOUND"]})


@app.get("/players/<player_id>/predictions")
def list_player_predictions(
    player_id: Identifier,
    caller: Caller,
    statistic: Annotated[
        str | None,
        Query(
            pattern=r"^[a-z_]{1,40}$",
            words="must have only the letters a to z and _, at most 40",
            description="The only statistic to show, such as points.",
        ),
    ] = None,
    line: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9]{1,3}(\.[05])?$",
            words="must be a number in steps of a half, such as 24.5",
            description="Where to show the statistic's probability. Takes `statistic`.",
        ),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> PlayerForecasts:
    """Return one page of a player's last forecast for each game, the latest game first. Each is given that he plays."""
    return service.list_of_player(player_id, statistic=statistic, line=line, limit=limit, cursor=cursor)
