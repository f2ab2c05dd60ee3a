"""GET /leaderboard: get the leaderboard for a period, sport and market."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.markets.values import Market
from pickvs.sports.schemas import SportKey
from pickvs.standings import service
from pickvs.standings.rules import Period, Sort
from pickvs.standings.schemas import PERIOD, Leaderboard

app = create_app(max_age=30)


@app.get("/leaderboard")
def get_leaderboard(
    period: Annotated[Period, Query(description=PERIOD)] = "all",
    sport: Annotated[SportKey | None, Query()] = None,
    market: Annotated[Market | None, Query()] = None,
    sort: Annotated[Sort, Query(description="All except `units` rank only users with 20 graded picks.")] = "units",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Leaderboard:
    """Return one page of the leaderboard."""
    return service.show_leaderboard(period=period, sport=sport, market=market, sort=sort, limit=limit, cursor=cursor)
