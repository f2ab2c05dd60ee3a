"""POST /api-keys: create an API key."""

from pickvs.accounts.keys import service
from pickvs.accounts.keys.requests import WantedKey
from pickvs.accounts.keys.schemas import NewApiKey
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(
    problems={
        403: ["PASSWORD_REQUIRED", "WRONG_PASSWORD"],
        409: ["TOO_MANY_KEYS", "SESSION_UNKNOWN"],
        429: ["TOO_MANY_REQUESTS"],
    }
)


@app.post("/api-keys", status_code=201)
def create_api_key(wanted: WantedKey, caller: Caller) -> NewApiKey:
    """Create an API key and return it. Later responses do not include the key, only its first characters.

    Takes the caller's password and a session that has not ended. The caller is told by mail.
    """
    return service.make_key(caller.user_id, caller.session, wanted)
