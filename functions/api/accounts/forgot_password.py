"""POST /auth/password/forgotten: mail a token that sets a new password."""

from pickvs.accounts.limits import service as limits
from pickvs.accounts.password_changes import service
from pickvs.accounts.password_changes.requests import ForgottenPassword
from pickvs.accounts.schemas import Accepted
from pickvs.http.address import source_address
from pickvs.http.app import create_app

app = create_app(
    problems={429: ["TOO_MANY_REQUESTS"]},
    admit=lambda event: limits.admit_address("forgot_password", source_address(event)),
)


@app.post("/auth/password/forgotten", status_code=202)
def forgot_password(forgotten: ForgottenPassword) -> Accepted:
    """Mail a token to the account's e-mail address, for POST /auth/password/reset.

    The answer is the same whether or not the account exists.
    """
    service.mail_reset(forgotten)
    return Accepted(detail="If there is such an account, a mail is on its way to its e-mail address.")
