"""POST /drafts/{draft_id}/clock: change the clock of a draft."""

from pickvs.fantasy.drafts import service
from pickvs.fantasy.drafts.requests import WantedClock
from pickvs.fantasy.drafts.schemas import Steered
from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    problems={
        403: ["LEAGUE_ROLE_REQUIRED"],
        404: ["DRAFT_NOT_FOUND"],
        409: ["DRAFT_LOCKED", "DRAFT_VOID"],
        422: ["IDEMPOTENCY_KEY_REUSED"],
    }
)


@app.post("/drafts/<draft_id>/clock")
def change_draft_clock(
    draft_id: Identifier, wanted: WantedClock, caller: Caller, key: IdempotencyKey = None
) -> Steered:
    """Give the turns to come another clock, cut so that all fit before the lock. For commissioners."""
    return service.change_clock(Actor(caller.user_id, caller.session), draft_id, wanted, key)
