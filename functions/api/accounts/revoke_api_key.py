"""DELETE /api-keys/{key_id}: revoke one of the caller's API keys."""

from pickvs.accounts.keys import service
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={404: ["API_KEY_NOT_FOUND"]})


@app.delete("/api-keys/<key_id>", status_code=204)
def revoke_api_key(key_id: Identifier, caller: Caller) -> None:
    """Revoke the API key permanently. It remains in the list.

    It makes no picks from then on. A key in use may read for up to 5 more minutes, because the gateway caches the
    authorizer's response.
    """
    service.revoke_key(caller.user_id, caller.session, key_id)
