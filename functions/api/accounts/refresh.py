"""POST /auth/refresh: refresh a session with its refresh token."""

from pickvs.accounts import service
from pickvs.accounts.limits import service as limits
from pickvs.accounts.requests import Renewal
from pickvs.accounts.schemas import Tokens
from pickvs.http.address import source_address
from pickvs.http.app import create_app
from pickvs.http.user_agent import UserAgent

app = create_app(
    problems={401: ["INVALID_REFRESH_TOKEN"], 429: ["TOO_MANY_REQUESTS"]},
    admit=lambda event: limits.admit_address("refresh", source_address(event)),
)


@app.post("/auth/refresh")
def refresh(renewal: Renewal, user_agent: UserAgent) -> Tokens:
    """Return a new pair of tokens. A refresh token can be used once; reusing it ends the session.

    Exception: if the answer was lost, the same request may be repeated for 60 seconds after the first one. Each repeat
    gets a new pair; keep the last one.
    """
    return service.refresh(renewal, user_agent)
