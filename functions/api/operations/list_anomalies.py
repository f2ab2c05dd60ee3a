"""GET /admin/data-quality: list what is wrong or odd in the statistics."""

from typing import Annotated, Literal

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.operations.administration.statistics import listing
from pickvs.operations.administration.statistics.schemas import Anomalies
from pickvs.sports.schemas import SportKey

app = create_app(role="admin")


@app.get("/admin/data-quality")
def list_anomalies(
    caller: Caller,
    sport: Annotated[SportKey | None, Query()] = None,
    state: Annotated[Literal["open", "all"], Query(description="`open`: without those that are resolved.")] = "open",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Anomalies:
    """Return one page of findings, the oldest first."""
    return listing.list_anomalies(caller.user_id, sport=sport, resolved_too=state == "all", limit=limit, cursor=cursor)
