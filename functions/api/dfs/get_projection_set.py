"""GET /dfs/projection-sets/{projection_set_id}: get a set and its projections."""

from pickvs.dfs.projections import service
from pickvs.dfs.projections.schemas import ProjectionSetPage
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["PROJECTION_SET_NOT_FOUND"]})


@app.get("/dfs/projection-sets/<projection_set_id>")
def get_projection_set(
    projection_set_id: Identifier, caller: Caller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> ProjectionSetPage:
    """Return a set with one page of its projections, most points first."""
    return service.get_set(caller.user_id, projection_set_id, limit=limit, cursor=cursor)
