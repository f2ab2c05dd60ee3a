"""GET /picks/me: list the caller's picks, newest first."""

from typing import Annotated

from pickvs.core.types import Moment
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit, span_end, span_start
from pickvs.http.parameters import Query
from pickvs.markets.values import Market
from pickvs.picks import reading
from pickvs.picks.rules import PickStatus
from pickvs.picks.schemas import MyPicks
from pickvs.sports.schemas import SportKey

app = create_app(scopes=["picks:read"])


@app.get("/picks/me")
def list_my_picks(
    caller: Caller,
    status: Annotated[PickStatus | None, Query(description="Result of the pick; `pending` until it is graded.")] = None,
    sport: Annotated[SportKey | None, Query(description="A sport's key, such as basketball_nba.")] = None,
    market: Annotated[Market | None, Query()] = None,
    since: Annotated[Moment | None, span_start("Tip-off")] = None,
    until: Annotated[Moment | None, span_end("Tip-off")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> MyPicks:
    """Return one page of the caller's picks."""
    return reading.list_mine(
        caller.user_id,
        status=status,
        sport=sport,
        market=market,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    )
