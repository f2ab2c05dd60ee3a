"""GET /dfs/projection-sets: list the sets of projections for a slate."""

from typing import Annotated

from pickvs.dfs.projections import service
from pickvs.dfs.projections.schemas import ProjectionSets
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query

app = create_app(scopes=["dfs:read"], problems={404: ["SLATE_NOT_FOUND"]})


@app.get("/dfs/projection-sets")
def list_projection_sets(
    caller: Caller,
    slate_id: Annotated[int, Query(gt=0, lt=2**63, description="The slate.")],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> ProjectionSets:
    """Return one page of the public sets for a slate and of one's own, newest first."""
    return service.list_sets(caller.user_id, slate_id, limit=limit, cursor=cursor)
