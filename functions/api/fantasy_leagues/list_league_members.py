"""GET /leagues/{league_id}/members: list the members of a league with their roles."""

from pickvs.fantasy.leagues.members import service
from pickvs.fantasy.leagues.schemas import LeagueMembers
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={404: ["LEAGUE_NOT_FOUND"]})


@app.get("/leagues/<league_id>/members")
def list_league_members(league_id: Identifier, caller: Caller) -> LeagueMembers:
    """Return all members of the league in the order of joining."""
    return service.list_members(caller.user_id, league_id)
