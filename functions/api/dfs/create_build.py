"""POST /dfs/builds: have lineups built."""

from pickvs.dfs.builds import service
from pickvs.dfs.builds.requests import WantedBuild
from pickvs.dfs.builds.schemas import Build
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    scopes=["dfs:write"],
    problems={
        404: ["SLATE_NOT_FOUND", "PROJECTION_SET_NOT_FOUND", "ENTRY_FILE_NOT_FOUND"],
        409: ["SLATE_LOCKED", "SET_OF_OTHER_SLATE", "ENTRIES_OF_OTHER_SLATE"],
        422: ["IDEMPOTENCY_KEY_REUSED", "INFEASIBLE"],
        429: ["BUILDS_RUNNING"],
    },
)


@app.post("/dfs/builds", status_code=202)
def create_build(wanted: WantedBuild, caller: Caller, key: IdempotencyKey = None) -> Build:
    """Store what is wanted and return it as a queued build, usually for some seconds. Its progress is at its own path.

    Rules that contradict each other end it as failed, with the conflict and the cheapest way out.
    """
    return service.create_build(caller.user_id, wanted, key=key, session=caller.session, api_key_id=caller.api_key_id)
