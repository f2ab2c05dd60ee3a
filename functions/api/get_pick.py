"""GET /picks/{pick_id}: one pick, the caller's own or one on a game that has locked."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.picks.ledger import service
from pickvs.picks.ledger.schemas import SignedPick

app = create_app(scopes=["picks:read"], problems={404: ["PICK_NOT_FOUND"]})


@app.get("/picks/<pick_id>")
def get_pick(pick_id: Identifier, caller: Caller) -> SignedPick:
    """Return the pick with who made it. Somebody else's is not found before its game locks."""
    return service.show_pick(pick_id, caller_id=caller.user_id)
