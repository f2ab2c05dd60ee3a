"""GET /dfs/injuries: list what sources have said of players' health."""

from typing import Annotated

from pickvs.core.types import Moment
from pickvs.dfs.slates.schemas import HealthChanges
from pickvs.dfs.slates.surroundings import list_health
from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit, span_start
from pickvs.http.parameters import Query
from pickvs.sports.schemas import SportKey

app = create_app(scopes=["dfs:read"])


@app.get("/dfs/injuries")
def list_injuries(
    sport: Annotated[SportKey, Query(description="A sport's key, such as basketball_nba.")],
    since: Annotated[Moment | None, span_start("When the platform heard it")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> HealthChanges:
    """Return one page of what sources have said of a sport's players, the latest first, and when each last answered."""
    return list_health(sport, since=since, limit=limit, cursor=cursor)
