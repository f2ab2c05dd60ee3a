"""GET /dfs/contests: list one's contests."""

from typing import Annotated

from pickvs.dfs.contests import showing
from pickvs.dfs.contests.schemas import DfsContests
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query

app = create_app(scopes=["dfs:read"])


@app.get("/dfs/contests")
def list_contests(
    caller: Caller,
    slate_id: Annotated[int | None, Query(gt=0, lt=2**63, description="Only contests of this slate.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> DfsContests:
    """Return one page of one's contests, newest first."""
    return showing.list_contests(caller.user_id, slate_id=slate_id, limit=limit, cursor=cursor)
