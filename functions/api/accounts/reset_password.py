"""POST /auth/password/reset: set a new password by a mailed token, and log in."""

from pickvs.accounts.limits import service as limits
from pickvs.accounts.password_changes import service
from pickvs.accounts.password_changes.requests import PasswordReset
from pickvs.accounts.schemas import Tokens
from pickvs.http.address import SourceAddress, source_address
from pickvs.http.app import create_app
from pickvs.http.user_agent import UserAgent

app = create_app(
    problems={403: ["INVALID_TOKEN"], 429: ["TOO_MANY_REQUESTS"]},
    admit=lambda event: limits.admit_address("reset_password", source_address(event)),
)


@app.post("/auth/password/reset")
def reset_password(reset: PasswordReset, address: SourceAddress, user_agent: UserAgent) -> Tokens:
    """Set the password, end all sessions and API keys of the account, and open a session.

    The e-mail address is confirmed. Counted guesses at the password are forgotten.
    """
    return service.reset_password(reset, address, user_agent)
