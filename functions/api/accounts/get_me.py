"""GET /users/me: get the caller's profile and totals."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.standings import service
from pickvs.standings.schemas import Me

app = create_app()


@app.get("/users/me")
def get_me(caller: Caller) -> Me:
    """Return the caller's account as stored now, and their totals, which are zero before the first graded pick."""
    return service.show_me(caller.user_id)
