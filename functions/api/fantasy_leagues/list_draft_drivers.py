"""GET /drafts/{draft_id}/drivers: list the drivers of a draft."""

from pickvs.fantasy.race_drafts import showing
from pickvs.fantasy.race_drafts.schemas import DraftDrivers
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["drafts:read"], problems={404: ["DRAFT_NOT_FOUND"]})


@app.get("/drafts/<draft_id>/drivers")
def list_draft_drivers(draft_id: Identifier, caller: Caller) -> DraftDrivers:
    """Return the drivers, the best ranked first, with their last results and who has picked them."""
    return showing.show_drivers(caller.user_id, draft_id)
