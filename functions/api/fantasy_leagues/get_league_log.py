"""GET /leagues/{league_id}/log: list everything that happened in a league."""

from pickvs.fantasy.leagues import service
from pickvs.fantasy.leagues.schemas import Log
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier

app = create_app(problems={403: ["LEAGUE_ROLE_REQUIRED"], 404: ["LEAGUE_NOT_FOUND"]})


@app.get("/leagues/<league_id>/log")
def get_league_log(league_id: Identifier, caller: Caller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Log:
    """Return one page of the league's acts, the newest first. For members."""
    return service.show_log(caller.user_id, league_id, limit=limit, cursor=cursor)
