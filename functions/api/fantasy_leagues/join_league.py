"""POST /leagues/{league_id}/constructors: join a league with a constructor of one's own."""

from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.invitations import accepting
from pickvs.fantasy.leagues.invitations.requests import WantedEntry
from pickvs.fantasy.leagues.schemas import Constructor
from pickvs.http.address import SourceAddress
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    problems={
        403: ["CODE_REFUSED"],
        404: ["LEAGUE_NOT_FOUND"],
        409: [
            "ALREADY_MEMBER",
            "DRAFT_OPEN",
            "LEAGUE_FULL",
            "LEAGUE_OVER",
            "TEAM_NAME_TAKEN",
            "TOO_MANY_LEAGUES",
        ],
        422: ["IDEMPOTENCY_KEY_REUSED"],
        429: ["TOO_MANY_REQUESTS"],
    }
)


@app.post("/leagues/<league_id>/constructors", status_code=201)
def join_league(
    league_id: Identifier, wanted: WantedEntry, caller: Caller, address: SourceAddress, key: IdempotencyKey = None
) -> Constructor:
    """Join a public league by click, or any league by an invitation code, and return the new constructor.

    In a running league it begins with no points, at the end of the next order.
    """
    return accepting.join_league(Actor(caller.user_id, caller.session), league_id, wanted, address, key)
