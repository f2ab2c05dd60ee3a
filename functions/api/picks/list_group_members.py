"""GET /groups/{group_id}/members: list the members of a group, the longest member first."""

from pickvs.groups import service
from pickvs.groups.schemas import Members
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier

app = create_app(scopes=["picks:read"], problems={404: ["GROUP_NOT_FOUND"]})


@app.get("/groups/<group_id>/members")
def list_group_members(
    group_id: Identifier, caller: Caller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Members:
    """Return one page of the group's members."""
    return service.list_members(caller.user_id, group_id, limit=limit, cursor=cursor)
