"""GET /dfs/builds/{build_id}: get a build and its progress."""

from pickvs.dfs.builds import showing
from pickvs.dfs.builds.schemas import BuildDetails
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["BUILD_NOT_FOUND"]})


@app.get("/dfs/builds/<build_id>")
def get_build(build_id: Identifier, caller: Caller) -> BuildDetails:
    """Return how far a build is, its bound and gap, and the exposures of its players as counts of lineups."""
    return showing.get_build(caller.user_id, build_id)
