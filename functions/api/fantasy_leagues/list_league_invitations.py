"""GET /leagues/{league_id}/invitations: list the invitations of a league."""

from pickvs.fantasy.leagues.invitations import service
from pickvs.fantasy.leagues.invitations.schemas import LeagueInvitations
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={403: ["LEAGUE_ROLE_REQUIRED"], 404: ["LEAGUE_NOT_FOUND"]})


@app.get("/leagues/<league_id>/invitations")
def list_league_invitations(league_id: Identifier, caller: Caller) -> LeagueInvitations:
    """Return the invitations that live, the newest first, without their codes. For commissioners."""
    return service.list_invitations(caller.user_id, league_id)
