"""PUT /users/me/username: change the username."""

from pickvs.accounts.usernames import service
from pickvs.accounts.usernames.requests import WantedUsername
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(
    problems={
        403: ["WRONG_PASSWORD"],
        409: ["USERNAME_TAKEN", "USERNAME_CHANGED_RECENTLY", "SESSION_UNKNOWN"],
        429: ["TOO_MANY_REQUESTS"],
    }
)


@app.put("/users/me/username", status_code=204)
def change_username(wanted: WantedUsername, caller: Caller) -> None:
    """Change the username, at most once in 30 days.

    The old name stays reserved for the caller, and its profile leads to the new one. Tokens
    issued before show the old name until they are refreshed.
    """
    service.change_username(caller.user_id, caller.session, wanted)
