"""PUT /users/me/password: change the password and end all other sessions."""

from pickvs.accounts.password_changes import service
from pickvs.accounts.password_changes.requests import PasswordChange
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(problems={403: ["WRONG_PASSWORD"], 409: ["SESSION_UNKNOWN"], 429: ["TOO_MANY_REQUESTS"]})


@app.put("/users/me/password", status_code=204)
def change_password(change: PasswordChange, caller: Caller) -> None:
    """Replace the password. The caller's session and API keys go on; all other sessions end."""
    service.change_password(caller.user_id, caller.session, change)
