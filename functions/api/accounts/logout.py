"""POST /auth/logout: end this session, or all of the caller's sessions and API keys."""

from pickvs.accounts import service
from pickvs.accounts.requests import Logout
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(problems={409: ["SESSION_UNKNOWN"]})

_THIS_SESSION = Logout()


@app.post("/auth/logout", status_code=204)
def logout(caller: Caller, request: Logout = _THIS_SESSION) -> None:
    """End this session (the default, also without a body), or all sessions and API keys.

    They make no picks and no keys from then on. For other requests, issued access tokens stay valid until they expire,
    at most 30 minutes later, and keys for up to 5 minutes.
    """
    service.logout(caller.user_id, caller.session, request)
