"""GET /constructors/{constructor_id}/drafts: list what a constructor has drafted."""

from pickvs.fantasy.race_drafts import showing
from pickvs.fantasy.race_drafts.schemas import DraftedRaces
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["drafts:read"], problems={404: ["CONSTRUCTOR_NOT_FOUND"]})


@app.get("/constructors/<constructor_id>/drafts")
def list_constructor_drafts(constructor_id: Identifier, caller: Caller) -> DraftedRaces:
    """Return the constructor's picks by race with their points, the latest race first."""
    return showing.list_drafted(caller.user_id, constructor_id)
