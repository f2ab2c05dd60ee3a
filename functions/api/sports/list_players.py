"""GET /players: list the players who were in box scores."""

from typing import Annotated

from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.predictions.statistics.listing import service
from pickvs.predictions.statistics.listing.schemas import Players
from pickvs.sports.schemas import SportKey

app = create_app(max_age=300)


@app.get("/players")
def list_players(
    sport: Annotated[SportKey | None, Query(description="A sport's key, such as basketball_nba.")] = None,
    team: Annotated[int | None, Query(gt=0, lt=2**63, description="Id of the team that they play for now.")] = None,
    search: Annotated[
        str | None,
        Query(min_length=2, max_length=60, description="A part of the name. Case and accents do not count."),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Players:
    """Return one page of players, ordered by name."""
    return service.list_players(sport=sport, team_id=team, search=search, limit=limit, cursor=cursor)
