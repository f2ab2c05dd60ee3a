"""GET /users/me/sessions: list the caller's sessions."""

from pickvs.accounts.sessions import service
from pickvs.accounts.sessions.schemas import OwnSessions
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app()


@app.get("/users/me/sessions")
def list_sessions(caller: Caller) -> OwnSessions:
    """Return the sessions that can go on, last used first; 100 at most."""
    return service.list_sessions(caller.user_id, caller.session)
