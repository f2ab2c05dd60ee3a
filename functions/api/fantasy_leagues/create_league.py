"""POST /leagues: found a league."""

from pickvs.fantasy.leagues import founding
from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.requests import WantedLeague
from pickvs.fantasy.leagues.schemas import League
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.repeats import IdempotencyKey

app = create_app(problems={409: ["LEAGUE_NAME_TAKEN", "TOO_MANY_LEAGUES"], 422: ["IDEMPOTENCY_KEY_REUSED"]})


@app.post("/leagues", status_code=201)
def create_league(wanted: WantedLeague, caller: Caller, key: IdempotencyKey = None) -> League:
    """Found a league with the caller as its commissioner and first constructor, and return it.

    The seed that decides every order of chance is drawn now. Its SHA-256 is shown at once, and itself at the start.
    """
    return founding.found_league(Actor(caller.user_id, caller.session), wanted, key)
