"""DELETE /users/me: erase the caller's account."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.privacy import service
from pickvs.privacy.requests import Erasure

app = create_app(problems={403: ["WRONG_PASSWORD"], 429: ["RATE_LIMITED"]})


@app.delete("/users/me", status_code=204)
def delete_me(erasure: Erasure, caller: Caller) -> None:
    """Erase what is personal, for good; settled and pending picks stay, under a pseudonym."""
    service.erase(caller.user_id, erasure)
