"""POST /leagues/{league_id}/invitations: invite a user, an e-mail address, or whoever gets a code."""

from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.invitations import service
from pickvs.fantasy.leagues.invitations.requests import WantedInvitation
from pickvs.fantasy.leagues.invitations.schemas import LeagueInvitation
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    problems={
        403: ["LEAGUE_ROLE_REQUIRED"],
        404: ["LEAGUE_NOT_FOUND", "USER_NOT_FOUND"],
        409: ["ALREADY_MEMBER", "LEAGUE_OVER", "TOO_MANY_CODES"],
        422: ["IDEMPOTENCY_KEY_REUSED"],
    }
)


@app.post("/leagues/<league_id>/invitations", status_code=201)
def create_invitation(
    league_id: Identifier, wanted: WantedInvitation, caller: Caller, key: IdempotencyKey = None
) -> LeagueInvitation:
    """Make an invitation and return it. A code is shown this once: only its hash is stored.

    A repeat with the same Idempotency-Key makes no second code, and shows none. Revoke one that was lost.
    """
    return service.invite(Actor(caller.user_id, caller.session), league_id, wanted, key)
