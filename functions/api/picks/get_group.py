"""GET /groups/{group_id}: get one of the caller's groups."""

from pickvs.groups import service
from pickvs.groups.schemas import Group
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["picks:read"], problems={404: ["GROUP_NOT_FOUND"]})


@app.get("/groups/<group_id>")
def get_group(group_id: Identifier, caller: Caller) -> Group:
    """Return the group. Only its owner gets the invitation code, and not by an API key."""
    return service.show_group(caller.user_id, group_id, with_code=caller.scopes is None)
