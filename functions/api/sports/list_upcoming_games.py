"""GET /games/upcoming: list the games that are open for picks."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.markets import service
from pickvs.markets.schemas import UpcomingGames
from pickvs.sports.schemas import SportKey

app = create_app(scopes=["picks:read", "picks:write"])


@app.get("/games/upcoming")
def list_upcoming_games(
    caller: Caller,
    sport: Annotated[SportKey | None, Query(description="A sport's key, such as basketball_nba.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> UpcomingGames:
    """Return one page of scheduled games that have not locked, in order of tip-off."""
    return service.list_upcoming(sport=sport, limit=limit, cursor=cursor)
