"""DELETE /groups/{group_id}/members/{username}: remove a member from a group, or leave it."""

from typing import Annotated

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN, USERNAME_WORDS
from pickvs.groups import service
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier, Path

app = create_app(
    problems={
        403: ["OWNER_REQUIRED"],
        404: ["GROUP_NOT_FOUND", "MEMBER_NOT_FOUND"],
        409: ["OWNER_CANNOT_LEAVE"],
    }
)

Username = Annotated[
    str, Path(min_length=USERNAME_MIN, max_length=USERNAME_MAX, pattern=USERNAME_PATTERN, words=USERNAME_WORDS)
]


@app.delete("/groups/<group_id>/members/<username>", status_code=204)
def remove_group_member(group_id: Identifier, username: Username, caller: Caller) -> None:
    """Remove the member. The owner may remove anybody, which renews the invitation code; a member may leave.

    An owner with other members hands the group over first, or deletes it. An owner who is alone leaves no group behind.
    """
    service.remove_member(caller.user_id, caller.session, group_id, username)
