"""GET /leaderboard/me: the caller's own row on a board, with its neighbours."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Query
from pickvs.markets.schemas import SportKey
from pickvs.markets.values import Market
from pickvs.standings import service
from pickvs.standings.rules import Period, Sort
from pickvs.standings.schemas import MyStanding

app = create_app(scopes=["picks:read"])


@app.get("/leaderboard/me")
def get_my_standing(
    caller: Caller,
    period: Annotated[Period, Query(description="Counts picks on games played since it began, in UTC.")] = "all",
    sport: Annotated[SportKey | None, Query()] = None,
    market: Annotated[Market | None, Query()] = None,
    sort: Annotated[Sort, Query(description="All but `units` rank only contestants with 20 graded picks.")] = "units",
) -> MyStanding:
    """Return where the caller stands on a board, ranked or not, and how many picks are missing to be ranked."""
    return service.show_my_standing(caller.user_id, period=period, sport=sport, market=market, sort=sort)
