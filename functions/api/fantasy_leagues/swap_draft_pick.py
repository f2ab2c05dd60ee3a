"""PATCH /constructors/{constructor_id}/drafts/{pick_id}: exchange a pick of the caller's constructor."""

from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.race_drafts import service
from pickvs.fantasy.race_drafts.requests import WantedExchange
from pickvs.fantasy.race_drafts.schemas import MadeDriverPick
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(
    problems={
        403: ["CONSTRUCTOR_OWNER_REQUIRED"],
        404: ["CONSTRUCTOR_NOT_FOUND", "PICK_NOT_FOUND"],
        409: [
            "DRAFT_LOCKED",
            "DRAFT_NOT_OPEN",
            "DRAFT_PAUSED",
            "DRAFT_VOID",
            "DRIVER_TAKEN",
            "NOT_IN_DRAFT",
            "NOT_THIS_SLOT",
            "NO_SWAPS_LEFT",
        ],
        422: ["DRIVER_NOT_IN_POOL"],
    }
)


@app.patch("/constructors/<constructor_id>/drafts/<pick_id>")
def swap_draft_pick(
    constructor_id: Identifier, pick_id: Identifier, wanted: WantedExchange, caller: Caller
) -> MadeDriverPick:
    """Exchange the pick before the lock: as often as the league allows, or because its driver has withdrawn."""
    return service.swap_pick(Actor(caller.user_id, caller.session), constructor_id, pick_id, wanted)
