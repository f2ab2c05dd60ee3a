"""GET /picks/{pick_id}: get one of the caller's picks, or any pick on a locked game."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.picks.ledger import service
from pickvs.picks.ledger.schemas import SignedPick

app = create_app(scopes=["picks:read"], problems={404: ["PICK_NOT_FOUND"]})


@app.get("/picks/<pick_id>")
def get_pick(pick_id: Identifier, caller: Caller) -> SignedPick:
    """Return the pick and the user who made it. Another user's pick returns 404 until its game locks."""
    return service.show_pick(pick_id, caller_id=caller.user_id)
