"""GET /api-keys: list the caller's API keys, newest first."""

from pickvs.accounts.keys import service
from pickvs.accounts.keys.schemas import ApiKeys
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit

app = create_app()


@app.get("/api-keys")
def list_api_keys(caller: Caller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> ApiKeys:
    """Return one page of the caller's API keys, including revoked and expired ones."""
    return service.list_keys(caller.user_id, limit=limit, cursor=cursor)
