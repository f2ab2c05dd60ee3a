"""POST /auth/login: log in with e-mail address or username, and password."""

from pickvs.accounts import service
from pickvs.accounts.limits import service as limits
from pickvs.accounts.requests import Credentials
from pickvs.accounts.schemas import Tokens
from pickvs.http.address import SourceAddress, source_address
from pickvs.http.app import create_app
from pickvs.http.user_agent import UserAgent

app = create_app(
    problems={401: ["INVALID_CREDENTIALS"], 429: ["TOO_MANY_REQUESTS"]},
    admit=lambda event: limits.admit_address("login", source_address(event)),
)


@app.post("/auth/login")
def login(credentials: Credentials, address: SourceAddress, user_agent: UserAgent) -> Tokens:
    """Check the password, open a session, and return an access token and a refresh token."""
    return service.login(credentials, address, user_agent)
