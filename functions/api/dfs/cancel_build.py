"""DELETE /dfs/builds/{build_id}: cancel a build."""

from pickvs.dfs.builds import service
from pickvs.dfs.builds.schemas import Build
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:write"], problems={404: ["BUILD_NOT_FOUND"], 409: ["BUILD_NOT_RUNNING"]})


@app.delete("/dfs/builds/<build_id>")
def cancel_build(build_id: Identifier, caller: Caller) -> Build:
    """End a build that is queued or running. Lineups that it has found stay."""
    return service.cancel_build(caller.user_id, build_id, session=caller.session, api_key_id=caller.api_key_id)
