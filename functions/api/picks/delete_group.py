"""DELETE /groups/{group_id}: delete a group."""

from pickvs.groups import service
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={403: ["OWNER_REQUIRED"], 404: ["GROUP_NOT_FOUND"]})


@app.delete("/groups/<group_id>", status_code=204)
def delete_group(group_id: Identifier, caller: Caller) -> None:
    """Delete the group permanently. Only its owner may do this. The picks of its members are not affected."""
    service.delete_group(caller.user_id, caller.session, group_id)
