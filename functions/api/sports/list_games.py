"""GET /games: list games of any status, with their current quotes."""

from typing import Annotated

from pickvs.core.types import Moment
from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit, span_end, span_start
from pickvs.http.parameters import Query
from pickvs.markets.catalogue import service
from pickvs.markets.catalogue.queries import GameOrder
from pickvs.markets.schemas import Games
from pickvs.markets.values import GameStatus
from pickvs.sports.schemas import SportKey

app = create_app(max_age=30)


@app.get("/games")
def list_games(
    sport: Annotated[SportKey | None, Query(description="A sport's key, such as basketball_nba.")] = None,
    status: Annotated[GameStatus | None, Query()] = None,
    since: Annotated[Moment | None, span_start("Tip-off")] = None,
    until: Annotated[Moment | None, span_end("Tip-off")] = None,
    team: Annotated[
        str | None, Query(min_length=1, max_length=100, description="Part of either team's name; case does not matter.")
    ] = None,
    sort: Annotated[GameOrder, Query(description="By tip-off, ascending; with `-`, descending.")] = "commence_time",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Games:
    """Return one page of games."""
    return service.list_games(
        sport=sport, status=status, since=since, until=until, team=team, sort=sort, limit=limit, cursor=cursor
    )
