"""POST /constructors/{constructor_id}/drafts: pick a driver in the draft of a race."""

from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.race_drafts import service
from pickvs.fantasy.race_drafts.requests import WantedDriver
from pickvs.fantasy.race_drafts.schemas import MadeDriverPick
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    scopes=["drafts:write"],
    problems={
        403: ["CONSTRUCTOR_OWNER_REQUIRED", "REASON_REQUIRED"],
        404: ["CONSTRUCTOR_NOT_FOUND"],
        409: [
            "DRAFT_LOCKED",
            "DRAFT_NOT_OPEN",
            "DRAFT_PAUSED",
            "DRAFT_VOID",
            "DRIVER_TAKEN",
            "NOT_IN_DRAFT",
            "NOT_THIS_SLOT",
            "NOT_YOUR_TURN",
            "PICKS_COMPLETE",
            "TURN_EXPIRED",
        ],
        422: ["DRIVER_NOT_IN_POOL", "IDEMPOTENCY_KEY_REUSED"],
    },
)


@app.post("/constructors/<constructor_id>/drafts", status_code=201)
def make_draft_pick(
    constructor_id: Identifier, wanted: WantedDriver, caller: Caller, key: IdempotencyKey = None
) -> MadeDriverPick:
    """Pick the driver for the constructor's turn, or for a slot of it that was skipped.

    A commissioner may pick for somebody, with a reason. A turn that has expired is refused, and says what was picked.
    """
    actor = Actor(caller.user_id, caller.session, caller.api_key_id)
    return service.make_pick(actor, constructor_id, wanted, key)
