"""GET /dfs/builds/{build_id}/lineups: list the lineups of a build."""

from pickvs.dfs.builds import showing
from pickvs.dfs.builds.schemas import Lineups
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["BUILD_NOT_FOUND"]})


@app.get("/dfs/builds/<build_id>/lineups")
def list_lineups(build_id: Identifier, caller: Caller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Lineups:
    """Return one page of lineups, in the order in which they were built, also of a build that still runs."""
    return showing.list_lineups(caller.user_id, build_id, limit=limit, cursor=cursor)
