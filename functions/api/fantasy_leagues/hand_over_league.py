"""POST /leagues/{league_id}/handover: offer a member to become the commissioner of a league."""

from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.invitations import service
from pickvs.fantasy.leagues.invitations.requests import WantedHandover
from pickvs.fantasy.leagues.invitations.schemas import LeagueInvitation
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    problems={
        403: ["LEAGUE_ROLE_REQUIRED"],
        404: ["LEAGUE_NOT_FOUND", "MEMBER_NOT_FOUND"],
        409: ["COMMISSIONER_ALREADY"],
        422: ["IDEMPOTENCY_KEY_REUSED"],
    }
)


@app.post("/leagues/<league_id>/handover", status_code=201)
def hand_over_league(
    league_id: Identifier, wanted: WantedHandover, caller: Caller, key: IdempotencyKey = None
) -> LeagueInvitation:
    """Offer the member to lead the league. It is handed over when the member accepts (POST /invitations/accept)."""
    return service.offer_leadership(Actor(caller.user_id, caller.session), league_id, wanted, key)
