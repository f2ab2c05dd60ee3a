"""POST /admin/teams/{team_id}/aliases: add a spelling of a team's name."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.operations.administration.teams import service
from pickvs.operations.administration.teams.requests import AliasOrder
from pickvs.sports.teams.schemas import TeamListing

app = create_app(role="admin", problems={404: ["TEAM_NOT_FOUND"], 409: ["ALIAS_TAKEN", "ALIAS_EXISTS"]})


@app.post("/admin/teams/<team_id>/aliases", status_code=201)
def add_team_alias(team_id: Identifier, order: AliasOrder, caller: Caller) -> TeamListing:
    """Add a spelling by which the team is found from now on. A spelling that means another team is refused."""
    return service.add_team_alias(caller.user_id, caller.session, team_id, order)
