"""POST /drafts/{draft_id}/undo: undo the picks of a draft from a slot on."""

from pickvs.fantasy.drafts import service
from pickvs.fantasy.drafts.requests import WantedUndo
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
        409: ["DRAFT_LOCKED", "DRAFT_NOT_OPEN", "DRAFT_VOID", "NOTHING_TO_UNDO"],
        422: ["IDEMPOTENCY_KEY_REUSED"],
    }
)


@app.post("/drafts/<draft_id>/undo")
def undo_draft(draft_id: Identifier, wanted: WantedUndo, caller: Caller, key: IdempotencyKey = None) -> Steered:
    """Void the picks from the slot on and pause the draft. They stay in its log. For commissioners."""
    return service.undo(Actor(caller.user_id, caller.session), draft_id, wanted, key)
