"""GET /leagues/{league_id}/drafts: list the drafts of a league."""

from pickvs.fantasy.race_drafts import showing
from pickvs.fantasy.race_drafts.schemas import RaceDrafts
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["drafts:read"], problems={404: ["LEAGUE_NOT_FOUND"]})


@app.get("/leagues/<league_id>/drafts")
def list_league_drafts(league_id: Identifier, caller: Caller) -> RaceDrafts:
    """Return all drafts of the league that are planned, open, locked or void, in the order of their locks."""
    return showing.list_drafts(caller.user_id, league_id)
