"""GET /leaderboard/me: get the caller's leaderboard row and its neighbours."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Query
from pickvs.markets.values import Market
from pickvs.sports.schemas import SportKey
from pickvs.standings import service
from pickvs.standings.rules import Period, Sort
from pickvs.standings.schemas import PERIOD, MyStanding

app = create_app(scopes=["picks:read"])


@app.get("/leaderboard/me")
def get_my_standing(
    caller: Caller,
    period: Annotated[Period, Query(description=PERIOD)] = "all",
    sport: Annotated[SportKey | None, Query()] = None,
    market: Annotated[Market | None, Query()] = None,
    sort: Annotated[Sort, Query(description="All except `units` rank only users with 20 graded picks.")] = "units",
) -> MyStanding:
    """Return the caller's row, ranked or not, and the number of graded picks still needed to be ranked."""
    return service.show_my_standing(caller.user_id, period=period, sport=sport, market=market, sort=sort)
