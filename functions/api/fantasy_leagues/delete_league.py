"""DELETE /leagues/{league_id}: delete a league that has not started."""

from pickvs.fantasy.leagues import service
from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={403: ["LEAGUE_ROLE_REQUIRED"], 404: ["LEAGUE_NOT_FOUND"], 409: ["LEAGUE_STARTED"]})


@app.delete("/leagues/<league_id>", status_code=204)
def delete_league(league_id: Identifier, caller: Caller) -> None:
    """Delete the league. Only its commissioner may do this, and only before its start."""
    service.delete_league(Actor(caller.user_id, caller.session), league_id)
