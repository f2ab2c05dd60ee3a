"""GET /dfs/slates: list the public slates and one's own."""

from typing import Annotated

from pickvs.core.types import Moment
from pickvs.dfs.slates import service
from pickvs.dfs.slates.schemas import Slates
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit, span_end, span_start
from pickvs.http.parameters import Query

app = create_app(scopes=["dfs:read"])

Key = Annotated[str | None, Query(pattern="^[a-z0-9_]{1,60}$", words="must have only the letters a to z, digits and _")]


@app.get("/dfs/slates")
def list_slates(
    caller: Caller,
    site: Key = None,
    sport: Key = None,
    since: Annotated[Moment | None, span_start("Start of the first game")] = None,
    until: Annotated[Moment | None, span_end("Start of the first game")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Slates:
    """Return one page of slates with their games, latest start first. Slates that others have uploaded are theirs."""
    return service.list_slates(
        caller.user_id, site=site, sport=sport, since=since, until=until, limit=limit, cursor=cursor
    )
