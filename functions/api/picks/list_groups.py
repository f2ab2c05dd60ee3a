"""GET /groups: list the caller's groups."""

from pickvs.groups import service
from pickvs.groups.schemas import Groups
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(scopes=["picks:read"])


@app.get("/groups")
def list_groups(caller: Caller) -> Groups:
    """Return all groups that the caller is in, in the order of joining. An API key gets no invitation codes."""
    return service.list_groups(caller.user_id, with_codes=caller.scopes is None)
