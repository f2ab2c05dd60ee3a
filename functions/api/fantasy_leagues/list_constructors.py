"""GET /leagues/{league_id}/constructors: list the constructors of a league."""

from pickvs.fantasy.leagues.members import service
from pickvs.fantasy.leagues.schemas import Constructors
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={404: ["LEAGUE_NOT_FOUND"]})


@app.get("/leagues/<league_id>/constructors")
def list_constructors(league_id: Identifier, caller: Caller) -> Constructors:
    """Return all constructors of the league in the order of joining, those that have retired included."""
    return service.list_constructors(caller.user_id, league_id)
