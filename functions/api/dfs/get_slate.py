"""GET /dfs/slates/{slate_id}: get a slate and its games."""

from pickvs.dfs.slates import service
from pickvs.dfs.slates.schemas import Slate
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["SLATE_NOT_FOUND"]})


@app.get("/dfs/slates/<slate_id>")
def get_slate(slate_id: Identifier, caller: Caller) -> Slate:
    """Return a slate with the state of its games, and when its salaries were last stated."""
    return service.get_slate(caller.user_id, slate_id)
