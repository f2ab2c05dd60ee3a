"""POST /groups/{group_id}/handover: make another member the owner of a group."""

from pickvs.groups import service
from pickvs.groups.requests import Successor
from pickvs.groups.schemas import Group
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={403: ["OWNER_REQUIRED"], 404: ["GROUP_NOT_FOUND", "MEMBER_NOT_FOUND"]})


@app.post("/groups/<group_id>/handover")
def hand_over_group(group_id: Identifier, successor: Successor, caller: Caller) -> Group:
    """Make the member the owner, and return the group. The caller stays a member. Only the owner may do this."""
    return service.hand_over(caller.user_id, caller.session, group_id, successor)
