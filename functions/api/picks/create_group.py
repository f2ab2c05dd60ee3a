"""POST /groups: found a private group."""

from pickvs.groups import service
from pickvs.groups.requests import WantedGroup
from pickvs.groups.schemas import Group
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(problems={409: ["TOO_MANY_GROUPS"]})


@app.post("/groups", status_code=201)
def create_group(wanted: WantedGroup, caller: Caller) -> Group:
    """Found a group with the caller as its owner and only member, and return it with its invitation code."""
    return service.found_group(caller.user_id, caller.session, wanted)
