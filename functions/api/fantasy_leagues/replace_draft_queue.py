"""PUT /constructors/{constructor_id}/queue: replace the queue of the caller's constructor, and set its autopick."""

from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.race_drafts import service
from pickvs.fantasy.race_drafts.requests import WantedDrivers
from pickvs.fantasy.race_drafts.schemas import DriverQueue
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(
    scopes=["drafts:write"],
    problems={403: ["CONSTRUCTOR_OWNER_REQUIRED"], 404: ["CONSTRUCTOR_NOT_FOUND"], 422: ["DRIVER_UNKNOWN"]},
)


@app.put("/constructors/<constructor_id>/queue")
def replace_draft_queue(constructor_id: Identifier, wanted: WantedDrivers, caller: Caller) -> DriverQueue:
    """Replace the queue and return it. It counts from the draft on that is open, if one is."""
    actor = Actor(caller.user_id, caller.session, caller.api_key_id)
    return service.set_queue(actor, constructor_id, wanted)
