"""GET /leagues/me: list the caller's leagues."""

from pickvs.fantasy.leagues import service
from pickvs.fantasy.leagues.schemas import Leagues
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app()


@app.get("/leagues/me")
def list_my_leagues(caller: Caller) -> Leagues:
    """Return all leagues that the caller is a member of, the newest first."""
    return service.list_own_leagues(caller.user_id)
