"""POST /invitations/decline: decline an invitation into a league, or to lead one."""

from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.invitations import accepting
from pickvs.fantasy.leagues.invitations.requests import Refusal
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.repeats import IdempotencyKey

app = create_app(problems={404: ["INVITATION_NOT_FOUND"], 422: ["IDEMPOTENCY_KEY_REUSED"]})


@app.post("/invitations/decline", status_code=204)
def decline_invitation(refused: Refusal, caller: Caller, key: IdempotencyKey = None) -> None:
    """Decline the caller's invitation. It ends."""
    accepting.decline_invitation(Actor(caller.user_id, caller.session), refused, key)
