"""POST /picks: back one side of up to 50 markets at the quotes that were shown, all or none."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.picks import service
from pickvs.picks.schemas import PicksCreated, Submission

app = create_app()


@app.post("/picks", status_code=201)
def create_picks(submission: Submission, caller: Caller) -> PicksCreated:
    """Store the picks and answer them, in the order in which they were sent.

    Line and price are the quote's; whether a game is still open is decided by the server's clock.
    """
    return service.submit(caller.user_id, submission)
