"""POST /picks: submit up to 50 picks at quoted odds, all or none."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.repeats import IdempotencyKey
from pickvs.picks import service
from pickvs.picks.requests import Submission
from pickvs.picks.schemas import PicksCreated

app = create_app(
    scopes=["picks:write"],
    problems={
        404: ["GAME_NOT_FOUND"],
        409: ["GAME_LOCKED", "DUPLICATE_PICK", "ODDS_STALE", "ODDS_MOVED"],
        422: ["IDEMPOTENCY_KEY_REUSED"],
    },
)


@app.post("/picks", status_code=201)
def create_picks(submission: Submission, caller: Caller, key: IdempotencyKey = None) -> PicksCreated:
    """Create the picks and return them in the order of the request.

    Line and price are those of the quote. The server's clock determines whether a game is still open for picks.
    """
    return service.submit(caller.user_id, submission, key=key, session=caller.session, api_key_id=caller.api_key_id)
