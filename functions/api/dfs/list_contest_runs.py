"""GET /dfs/contest-runs: list one's simulations of contests."""

from typing import Annotated

from pickvs.dfs.contests.runs import showing
from pickvs.dfs.contests.schemas import ContestRuns
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query

app = create_app(scopes=["dfs:read"])


@app.get("/dfs/contest-runs")
def list_contest_runs(
    caller: Caller,
    contest_id: Annotated[int | None, Query(gt=0, lt=2**63, description="Only simulations of this contest.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> ContestRuns:
    """Return one page of one's simulations, newest first."""
    return showing.list_runs(caller.user_id, contest_id=contest_id, limit=limit, cursor=cursor)
