"""PUT /drafts/{draft_id}/order: set the order of a draft."""

from pickvs.fantasy.drafts import service
from pickvs.fantasy.drafts.requests import WantedOrder
from pickvs.fantasy.drafts.schemas import Steered
from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(
    problems={
        403: ["LEAGUE_ROLE_REQUIRED"],
        404: ["DRAFT_NOT_FOUND"],
        409: ["DRAFT_LOCKED", "DRAFT_VOID", "ORDER_FIXED"],
        422: ["NOT_A_PERMUTATION"],
    }
)


@app.put("/drafts/<draft_id>/order")
def set_draft_order(draft_id: Identifier, wanted: WantedOrder, caller: Caller) -> Steered:
    """Set the order of the first round, before the first pick. For commissioners."""
    return service.set_order(Actor(caller.user_id, caller.session), draft_id, wanted)
