"""PATCH /leagues/{league_id}: change settings of a league."""

from pickvs.fantasy.leagues import service
from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.requests import WantedSettings
from pickvs.fantasy.leagues.schemas import League
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(
    problems={
        403: ["LEAGUE_ROLE_REQUIRED"],
        404: ["LEAGUE_NOT_FOUND"],
        409: ["LEAGUE_FROZEN", "LEAGUE_NAME_TAKEN"],
    }
)


@app.patch("/leagues/<league_id>")
def change_league(league_id: Identifier, wanted: WantedSettings, caller: Caller) -> League:
    """Change the settings that the body names, and return the league.

    From the start on only name, description and visibility can be changed.
    """
    return service.change_settings(Actor(caller.user_id, caller.session), league_id, wanted)
