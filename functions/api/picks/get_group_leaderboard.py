"""GET /groups/{group_id}/leaderboard: get a group's leaderboard for a period, sport and market."""

from typing import Annotated

from pickvs.groups import leaderboard
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier, Query
from pickvs.markets.values import Market
from pickvs.sports.schemas import SportKey
from pickvs.standings.rules import Period, Sort
from pickvs.standings.schemas import PERIOD, Leaderboard

app = create_app(scopes=["picks:read"], problems={404: ["GROUP_NOT_FOUND"]})


@app.get("/groups/<group_id>/leaderboard")
def get_group_leaderboard(
    group_id: Identifier,
    caller: Caller,
    period: Annotated[Period, Query(description=PERIOD)] = "all",
    sport: Annotated[SportKey | None, Query()] = None,
    market: Annotated[Market | None, Query()] = None,
    sort: Annotated[Sort, Query(description="All except `units` rank only users with 20 graded picks.")] = "units",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Leaderboard:
    """Return one page of the public leaderboard filtered to the group's members. Ranks count the members alone."""
    return leaderboard.show_leaderboard(
        caller.user_id,
        group_id,
        period=period,
        sport=sport,
        market=market,
        sort=sort,
        limit=limit,
        cursor=cursor,
    )
