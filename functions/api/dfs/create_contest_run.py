"""POST /dfs/contest-runs: have a contest simulated."""

from pickvs.dfs.contests.requests import WantedRun
from pickvs.dfs.contests.runs import service
from pickvs.dfs.contests.schemas import ContestRun
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    scopes=["dfs:write"],
    problems={
        404: ["CONTEST_NOT_FOUND", "BUILD_NOT_FOUND"],
        409: ["BUILD_OF_OTHER_SLATE", "BUILD_WITHOUT_LINEUPS", "CONTEST_TOO_SMALL"],
        422: ["IDEMPOTENCY_KEY_REUSED"],
        429: ["RUNS_RUNNING"],
    },
)


@app.post("/dfs/contest-runs", status_code=202)
def create_contest_run(wanted: WantedRun, caller: Caller, key: IdempotencyKey = None) -> ContestRun:
    """Store what is wanted and return it as a queued simulation, usually for some seconds.

    Its figures hold if the projections are right. How right they were, GET /dfs/calibration says.
    """
    return service.create_run(caller.user_id, wanted, key=key, session=caller.session, api_key_id=caller.api_key_id)
