"""POST /leagues/{league_id}/start: start a league."""

from pickvs.fantasy.leagues import starting
from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.schemas import StartedLeague
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    problems={
        403: ["LEAGUE_ROLE_REQUIRED"],
        404: ["LEAGUE_NOT_FOUND"],
        409: ["LEAGUE_STARTED", "POOL_TOO_SMALL", "POOL_UNKNOWN", "TOO_FEW_CONSTRUCTORS"],
        422: ["IDEMPOTENCY_KEY_REUSED"],
    }
)


@app.post("/leagues/<league_id>/start")
def start_league(league_id: Identifier, caller: Caller, key: IdempotencyKey = None) -> StartedLeague:
    """Start the league: its settings freeze, its seed is shown, and groups and base order follow from it.

    A league with two constructors starts by itself when the window of its first draft opens.
    """
    return starting.start_league(Actor(caller.user_id, caller.session), league_id, key)
