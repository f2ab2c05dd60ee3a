"""GET /picks/{pick_id}/explanation: explain how a pick was graded, including every regrade."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.picks.ledger import service
from pickvs.picks.ledger.schemas import Explanation

app = create_app(scopes=["picks:read"], problems={404: ["PICK_NOT_FOUND"]})


@app.get("/picks/<pick_id>/explanation")
def explain_pick(pick_id: Identifier, caller: Caller) -> Explanation:
    """Return score, line, price, rule and arithmetic. Another user's pick returns 404 until its game locks."""
    return service.explain_pick(pick_id, caller_id=caller.user_id)
