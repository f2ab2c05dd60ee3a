"""GET /dfs/builds: list one's builds."""

from typing import Annotated

from pickvs.dfs.builds import showing
from pickvs.dfs.builds.schemas import Builds
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query

app = create_app(scopes=["dfs:read"])


@app.get("/dfs/builds")
def list_builds(
    caller: Caller,
    slate_id: Annotated[int | None, Query(gt=0, lt=2**63, description="Only builds of this slate.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Builds:
    """Return one page of one's builds, newest first."""
    return showing.list_builds(caller.user_id, slate_id=slate_id, limit=limit, cursor=cursor)
