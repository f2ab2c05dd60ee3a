"""POST /dfs/projection-sets: make a set of projections."""

from pickvs.dfs.projections import making
from pickvs.dfs.projections.requests import WantedSet
from pickvs.dfs.projections.schemas import ProjectionSet
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    scopes=["dfs:write"],
    problems={
        404: ["SLATE_NOT_FOUND", "PROJECTION_SET_NOT_FOUND"],
        409: ["SET_OF_OTHER_SLATE", "TOO_MANY_SETS", "NO_FORECASTS"],
        422: ["IDEMPOTENCY_KEY_REUSED", "NOT_SIMULATED"],
    },
)


@app.post("/dfs/projection-sets", status_code=201)
def create_projection_set(wanted: WantedSet, caller: Caller, key: IdempotencyKey = None) -> ProjectionSet:
    """Make a set from another one and changes, or from PickVs' forecasts, and return it. No set ever changes."""
    return making.create_set(caller.user_id, wanted, key=key, session=caller.session, api_key_id=caller.api_key_id)
