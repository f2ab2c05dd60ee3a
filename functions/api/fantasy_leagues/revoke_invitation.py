"""DELETE /invitations/{invitation_id}: revoke an invitation of a league."""

from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.invitations import service
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(problems={403: ["LEAGUE_ROLE_REQUIRED"], 404: ["INVITATION_NOT_FOUND"]})


@app.delete("/invitations/<invitation_id>", status_code=204)
def revoke_invitation(invitation_id: Identifier, caller: Caller) -> None:
    """End the invitation. A commissioner or co-commissioner of its league may do this."""
    service.revoke_invitation(Actor(caller.user_id, caller.session), invitation_id)
