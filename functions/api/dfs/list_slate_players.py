"""GET /dfs/slates/{slate_id}/players: list a slate's players with their salaries."""

from typing import Annotated

from pickvs.dfs.slates import service
from pickvs.dfs.slates.schemas import SlatePlayers
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier, Query

app = create_app(scopes=["dfs:read"], problems={404: ["SLATE_NOT_FOUND"]})


@app.get("/dfs/slates/<slate_id>/players")
def list_slate_players(
    slate_id: Identifier,
    caller: Caller,
    position: Annotated[str | None, Query(min_length=1, max_length=10, description="As the site writes it.")] = None,
    team: Annotated[str | None, Query(min_length=1, max_length=60, description="As the site writes it.")] = None,
    status: Annotated[str | None, Query(min_length=1, max_length=20, description="As the site writes it.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> SlatePlayers:
    """Return one page of a slate's players, dearest first."""
    return service.list_players(
        caller.user_id, slate_id, position=position, team=team, status=status, limit=limit, cursor=cursor
    )
