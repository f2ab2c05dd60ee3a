"""POST /invitations/accept: join a league by an invitation, or take it over."""

from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.invitations import accepting
from pickvs.fantasy.leagues.invitations.requests import Acceptance
from pickvs.fantasy.leagues.schemas import League
from pickvs.http.address import SourceAddress
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.repeats import IdempotencyKey

app = create_app(
    problems={
        403: ["CODE_REFUSED"],
        404: ["INVITATION_NOT_FOUND"],
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


@app.post("/invitations/accept")
def accept_invitation(wanted: Acceptance, caller: Caller, address: SourceAddress, key: IdempotencyKey = None) -> League:
    """Accept the invitation with this code, or one of the caller's own by its id, and return the league.

    Accepting a hand-over makes the caller the commissioner.
    """
    return accepting.accept_invitation(Actor(caller.user_id, caller.session), wanted, address, key)
