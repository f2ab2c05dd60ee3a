"""POST /auth/logout: end this session, or all sessions of the caller."""

from pickvs.accounts import service
from pickvs.accounts.requests import Logout
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(problems={409: ["SESSION_UNKNOWN"]})

_THIS_SESSION = Logout()


@app.post("/auth/logout", status_code=204)
def logout(caller: Caller, request: Logout = _THIS_SESSION) -> None:
    """Revoke the refresh tokens of this session, also when there is no body, or of all.

    Access tokens already issued stay valid until they expire, at most 30 minutes later.
    """
    service.logout(caller.user_id, caller.session, request)
