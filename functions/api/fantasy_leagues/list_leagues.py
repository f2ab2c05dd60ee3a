"""GET /leagues: list the public leagues."""

from typing import Annotated, Literal

from pickvs.fantasy.leagues import service
from pickvs.fantasy.leagues.schemas import Leagues
from pickvs.http.app import create_app
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query

app = create_app(max_age=30)


@app.get("/leagues")
def list_leagues(
    q: Annotated[
        str | None, Query(min_length=1, max_length=60, description="How words of a league's name begin, in any order.")
    ] = None,
    season: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    room: Annotated[
        Literal["true", "false"], Query(alias="open", description="Only leagues that another constructor can join.")
    ] = "false",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Leagues:
    """Return one page of the public leagues, the newest first."""
    return service.list_leagues(q=q, season=season, open_only=room == "true", limit=limit, cursor=cursor)
