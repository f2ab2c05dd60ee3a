"""POST /auth/login: open a session with e-mail address and password."""

from pickvs.accounts import service
from pickvs.accounts.schemas import Credentials, Tokens
from pickvs.http.app import create_app

app = create_app()


@app.post("/auth/login")
def login(credentials: Credentials) -> Tokens:
    """Check the password and answer an access token and a refresh token."""
    return service.login(credentials)
