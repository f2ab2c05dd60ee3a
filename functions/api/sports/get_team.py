"""GET /teams/{team_id}: get a team."""

from pickvs.http.app import create_app
from pickvs.http.parameters import Identifier
from pickvs.sports.teams import service
from pickvs.sports.teams.schemas import TeamListing

app = create_app(problems={404: ["TEAM_NOT_FOUND"]}, max_age=300)


@app.get("/teams/<team_id>")
def get_team(team_id: Identifier) -> TeamListing:
    """Return a team with every spelling of its name."""
    return service.show_team(team_id)
