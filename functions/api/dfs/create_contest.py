"""POST /dfs/contests: add a contest."""

from pickvs.dfs.contests import service
from pickvs.dfs.contests.requests import WantedContest
from pickvs.dfs.contests.schemas import DfsContest
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    scopes=["dfs:write"],
    problems={
        404: ["SLATE_NOT_FOUND"],
        409: ["TOO_MANY_CONTESTS"],
        422: ["IDEMPOTENCY_KEY_REUSED", "PAYOUTS_DO_NOT_ADD_UP"],
    },
)


@app.post("/dfs/contests", status_code=201)
def create_contest(wanted: WantedContest, caller: Caller, key: IdempotencyKey = None) -> DfsContest:
    """Store a contest with what it pays, so that lineups can be simulated in it."""
    return service.create_contest(caller.user_id, wanted, key=key, session=caller.session, api_key_id=caller.api_key_id)
