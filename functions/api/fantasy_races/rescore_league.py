"""POST /admin/leagues/{league_id}/rescore: make a league's board again."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.races import service
from pickvs.operations.administration.races.requests import RaceOrder
from pickvs.operations.administration.races.schemas import Rescored

app = create_app(
    role="admin",
    problems={404: ["LEAGUE_NOT_FOUND"]},
)


@app.post("/admin/leagues/<league_id>/rescore")
def rescore_league(league_id: Identifier, order: RaceOrder, caller: Caller) -> Rescored:
    """Make the board again from picks, replacements and points, and return how many rows differ. None should."""
    return service.rescore(caller.user_id, caller.session, league_id, order)
