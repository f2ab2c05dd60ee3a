"""POST /auth/confirm-email: confirm the e-mail address to which a token was mailed."""

from pickvs.accounts.emails import service
from pickvs.accounts.emails.requests import Confirmation
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(problems={409: ["EMAIL_TAKEN", "SESSION_UNKNOWN"], 403: ["INVALID_TOKEN"]})


@app.post("/auth/confirm-email", status_code=204)
def confirm_email(confirmation: Confirmation, caller: Caller) -> None:
    """Make the address the caller's. The token is worthless in another account's session.

    From then on no other account can confirm the address, log in with it, or get mail there.
    """
    service.confirm_email(caller.user_id, caller.session, confirmation)
