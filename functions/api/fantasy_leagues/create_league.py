"""POST /leagues: found a league."""

from pickvs.fantasy.leagues import service
from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.requests import WantedLeague
from pickvs.fantasy.leagues.schemas import League
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(problems={409: ["LEAGUE_NAME_TAKEN", "TOO_MANY_LEAGUES"]})


@app.post("/leagues", status_code=201)
def create_league(wanted: WantedLeague, caller: Caller) -> League:
    """Found a league with the caller as its commissioner and first constructor, and return it.

    The seed that decides every order of chance is drawn now. Its SHA-256 is shown at once, and itself at the start.
    """
    return service.found_league(Actor(caller.user_id, caller.session), wanted)
