"""GET /invitations/me: list the caller's invitations into leagues."""

from pickvs.fantasy.leagues.invitations import service
from pickvs.fantasy.leagues.invitations.schemas import OwnInvitations
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app()


@app.get("/invitations/me")
def list_my_invitations(caller: Caller) -> OwnInvitations:
    """Return the invitations to the caller, or to the caller's confirmed e-mail address, the newest first."""
    return service.list_own_invitations(caller.user_id)
