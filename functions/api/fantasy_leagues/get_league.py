"""GET /leagues/{league_id}: get a public league, or one of the caller's."""

from pickvs.fantasy.leagues import service
from pickvs.fantasy.leagues.schemas import League
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={404: ["LEAGUE_NOT_FOUND"]})


@app.get("/leagues/<league_id>")
def get_league(league_id: Identifier, caller: Caller) -> League:
    """Return the league. Its seed is shown from its start on."""
    return service.show_league(caller.user_id, league_id)
