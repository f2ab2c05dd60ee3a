"""DELETE /users/me: erase the caller's account."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.operations.privacy import service
from pickvs.operations.privacy.requests import Erasure

app = create_app(problems={403: ["WRONG_PASSWORD"], 429: ["TOO_MANY_REQUESTS"]})


@app.delete("/users/me", status_code=204)
def delete_me(erasure: Erasure, caller: Caller) -> None:
    """Erase all personal data permanently. Settled and pending picks remain under a pseudonym."""
    service.erase(caller.user_id, caller.session, erasure)
