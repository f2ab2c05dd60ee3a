"""PUT /groups/{group_id}: rename a group."""

from pickvs.groups import service
from pickvs.groups.requests import WantedGroup
from pickvs.groups.schemas import Group
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={403: ["OWNER_REQUIRED"], 404: ["GROUP_NOT_FOUND"]})


@app.put("/groups/<group_id>")
def rename_group(group_id: Identifier, wanted: WantedGroup, caller: Caller) -> Group:
    """Rename the group and return it. Only its owner may do this."""
    return service.rename_group(caller.user_id, caller.session, group_id, wanted)
