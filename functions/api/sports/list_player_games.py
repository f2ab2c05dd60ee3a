"""GET /players/{player_id}/games: list what a player did in each game."""

from typing import Annotated

from pickvs.core.paging import days_of_span
from pickvs.core.types import Moment
from pickvs.http.app import create_app
from pickvs.http.filters import Season
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit, span_end, span_start
from pickvs.http.parameters import Identifier
from pickvs.predictions.statistics.listing import service
from pickvs.predictions.statistics.listing.schemas import PlayerGames

app = create_app(problems={404: ["PLAYER_NOT_FOUND"]}, max_age=300)


@app.get("/players/<player_id>/games")
def list_player_games(
    player_id: Identifier,
    season: Season = None,
    since: Annotated[Moment | None, span_start("Played")] = None,
    until: Annotated[Moment | None, span_end("Played")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> PlayerGames:
    """Return one page of a player's lines in final box scores, the newest first."""
    first, end = days_of_span(since, until)
    return service.list_player_games(player_id, season=season, since=first, until=end, limit=limit, cursor=cursor)
