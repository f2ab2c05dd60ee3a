"""GET /teams: list the teams of the covered sports, with every spelling of their names."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.sports.schemas import SportKey
from pickvs.sports.teams import service
from pickvs.sports.teams.schemas import Teams

app = create_app(max_age=300)


@app.get("/teams")
def list_teams(
    sport: Annotated[SportKey | None, Query(description="A sport's key, such as basketball_nba.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Teams:
    """Return one page of teams, ordered by sport and name."""
    return service.list_teams(sport=sport, limit=limit, cursor=cursor)
