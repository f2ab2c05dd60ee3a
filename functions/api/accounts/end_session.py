"""DELETE /users/me/sessions/{session_id}: end one of the caller's sessions."""

from typing import Annotated
from uuid import UUID

from pickvs.accounts.sessions import service
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Path

app = create_app(problems={404: ["SESSION_NOT_FOUND"]})

SessionId = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        words="must be the id of a session, such as 7f4a1c1e-5b0c-4d0e-9a57-2f6f6f0d8a11",
    ),
]


@app.delete("/users/me/sessions/<session_id>", status_code=204)
def end_session(session_id: SessionId, caller: Caller) -> None:
    """End the session permanently: it cannot be refreshed, and its access token makes no picks and no keys.

    For other requests the access token stays valid until it expires, at most 30 minutes later.
    """
    service.end_session(caller.user_id, caller.session, UUID(session_id))
