"""POST /groups/{group_id}/code: renew a group's invitation code."""

from pickvs.groups import service
from pickvs.groups.schemas import Group
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={403: ["OWNER_REQUIRED"], 404: ["GROUP_NOT_FOUND"]})


@app.post("/groups/<group_id>/code")
def renew_group_code(group_id: Identifier, caller: Caller) -> Group:
    """Replace the invitation code and return the group. The former code ends at once. Only the owner may do this."""
    return service.renew_code(caller.user_id, caller.session, group_id)
