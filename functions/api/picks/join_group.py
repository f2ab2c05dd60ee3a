"""POST /groups/join: join a group by its invitation code."""

from pickvs.groups import joining
from pickvs.groups.requests import Invitation
from pickvs.groups.schemas import Group
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(
    problems={404: ["GROUP_NOT_FOUND"], 409: ["GROUP_FULL", "TOO_MANY_GROUPS"], 429: ["TOO_MANY_REQUESTS"]}
)


@app.post("/groups/join")
def join_group(invitation: Invitation, caller: Caller) -> Group:
    """Make the caller a member of the group with this code, and return the group. Idempotent."""
    return joining.join_group(caller.user_id, caller.session, invitation)
