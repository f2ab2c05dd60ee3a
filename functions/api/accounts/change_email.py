"""PUT /users/me/email: mail a token to another e-mail address, or to the unconfirmed one again."""

from pickvs.accounts.emails import service
from pickvs.accounts.emails.requests import WantedEmail
from pickvs.accounts.schemas import Accepted
from pickvs.core import snapshots
from pickvs.http.address import SourceAddress
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

snapshots.prepare("pickvs.accounts.proof")

app = create_app(problems={403: ["WRONG_PASSWORD"], 409: ["SESSION_UNKNOWN"], 429: ["TOO_MANY_REQUESTS"]})


@app.put("/users/me/email", status_code=202)
def change_email(wanted: WantedEmail, caller: Caller, address: SourceAddress) -> Accepted:
    """Mail a token to the address. The address is the caller's once it is confirmed (POST /auth/confirm-email).

    Until then the old address is in force. Both are told of the change.
    """
    service.change_email(caller.user_id, caller.session, wanted, address)
    return Accepted(
        detail="A mail is on its way to the address. Confirm it with the token in the mail, within 24 hours."
    )
