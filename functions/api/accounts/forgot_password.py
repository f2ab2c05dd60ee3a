"""POST /auth/password/forgotten: mail a token that sets a new password."""

from pickvs.accounts.password_changes import service
from pickvs.accounts.password_changes.requests import ForgottenPassword
from pickvs.accounts.schemas import Accepted
from pickvs.http.address import SourceAddress
from pickvs.http.app import create_app

app = create_app(problems={429: ["TOO_MANY_REQUESTS"]})


@app.post("/auth/password/forgotten", status_code=202)
def forgot_password(forgotten: ForgottenPassword, address: SourceAddress) -> Accepted:
    """Mail a token to the account's e-mail address, for POST /auth/password/reset.

    The answer is the same whether or not the account exists.
    """
    service.mail_reset(forgotten, address)
    return Accepted(detail="If there is such an account, a mail is on its way to its e-mail address.")
