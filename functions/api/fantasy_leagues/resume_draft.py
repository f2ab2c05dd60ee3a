"""POST /drafts/{draft_id}/resume: resume a paused draft."""

from pickvs.fantasy.drafts import service
from pickvs.fantasy.drafts.requests import WantedReason
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
        409: ["DRAFT_LOCKED", "DRAFT_NOT_PAUSED", "DRAFT_VOID"],
        422: ["IDEMPOTENCY_KEY_REUSED"],
    }
)


@app.post("/drafts/<draft_id>/resume")
def resume_draft(draft_id: Identifier, wanted: WantedReason, caller: Caller, key: IdempotencyKey = None) -> Steered:
    """Let the draft go on. Who is on turn gets the full clock. For commissioners."""
    return service.resume(Actor(caller.user_id, caller.session), draft_id, wanted, key)
