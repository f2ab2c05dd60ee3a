"""POST /auth/refresh: refresh a session with its refresh token."""

from pickvs.accounts import service
from pickvs.accounts.requests import Renewal
from pickvs.accounts.schemas import Tokens
from pickvs.http.address import SourceAddress
from pickvs.http.app import create_app

app = create_app(problems={401: ["INVALID_REFRESH_TOKEN"], 429: ["RATE_LIMITED"]})


@app.post("/auth/refresh")
def refresh(renewal: Renewal, address: SourceAddress) -> Tokens:
    """Return a new pair of tokens. A refresh token can be used once; reusing it ends the session.

    Exception: the same request sent twice within 10 seconds gets a new pair each time. Keep only one of them.
    """
    return service.refresh(renewal, address)
