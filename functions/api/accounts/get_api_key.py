"""GET /api-keys/{key_id}: get one of the caller's API keys."""

from pickvs.accounts.keys import service
from pickvs.accounts.keys.schemas import ApiKey
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={404: ["API_KEY_NOT_FOUND"]})


@app.get("/api-keys/<key_id>")
def get_api_key(key_id: Identifier, caller: Caller) -> ApiKey:
    """Return the API key without its secret."""
    return service.show_key(caller.user_id, key_id)
