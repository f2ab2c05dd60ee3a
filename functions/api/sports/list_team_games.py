"""GET /teams/{team_id}/games: list what a team did in each game."""

from pickvs.http.app import create_app
from pickvs.http.filters import Season
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier
from pickvs.predictions.statistics.listing import service
from pickvs.predictions.statistics.listing.schemas import TeamGames

app = create_app(problems={404: ["TEAM_NOT_FOUND"]}, max_age=300)


@app.get("/teams/<team_id>/games")
def list_team_games(
    team_id: Identifier,
    season: Season = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> TeamGames:
    """Return one page of a team's lines in final box scores, the newest first."""
    return service.list_team_games(team_id, season=season, limit=limit, cursor=cursor)
