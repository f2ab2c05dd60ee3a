"""POST /picks: back one side of up to 50 markets at the quotes that were shown, all or none."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Header
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

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x20-\x7e]{1,255}$",
        description="Makes a repeat of the same body return the first answer, for 24 hours; printable ASCII.",
    ),
]


@app.post("/picks", status_code=201)
def create_picks(submission: Submission, caller: Caller, key: Key = None) -> PicksCreated:
    """Store the picks and answer them, in the order in which they were sent.

    Line and price are the quote's; whether a game is still open is decided by the server's clock.
    """
    return service.submit(caller.user_id, submission, key=key)
