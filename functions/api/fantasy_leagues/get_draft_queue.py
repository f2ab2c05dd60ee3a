"""GET /constructors/{constructor_id}/queue: get the queue of the caller's constructor."""

from pickvs.fantasy.race_drafts import queues
from pickvs.fantasy.race_drafts.schemas import DriverQueue
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["drafts:read"], problems={403: ["CONSTRUCTOR_OWNER_REQUIRED"], 404: ["CONSTRUCTOR_NOT_FOUND"]})


@app.get("/constructors/<constructor_id>/queue")
def get_draft_queue(constructor_id: Identifier, caller: Caller) -> DriverQueue:
    """Return the queue. Nobody but the owner sees it, not even a commissioner."""
    return queues.show_queue(caller.user_id, constructor_id)
