"""POST /auth/refresh: continue a session with its refresh token."""

from pickvs.accounts import service
from pickvs.accounts.requests import Renewal
from pickvs.accounts.schemas import Tokens
from pickvs.http.address import SourceAddress
from pickvs.http.app import create_app

app = create_app(problems={401: ["INVALID_REFRESH_TOKEN"], 429: ["RATE_LIMITED"]})


@app.post("/auth/refresh")
def refresh(renewal: Renewal, address: SourceAddress) -> Tokens:
    """Answer a new pair of tokens. A refresh token is good for one use: a used one that comes again ends the session.

    The same request sent twice within 10 seconds gets a pair each time; keep one of them.
    """
    return service.refresh(renewal, address)
