"""A session from its first token to its end, through the real authorizer and the real gateway."""

import pytest

from tests.e2e.client import Client

pytestmark = pytest.mark.xdist_group("e2e")


def test_a_session_is_refreshed_and_ended(api: Client) -> None:
    account = {"username": "sessions", "email": "sessions@example.com", "password": "correct horse battery"}
    first = api.post("/auth/register", account).body
    second = api.post("/auth/refresh", {"refresh_token": first["refresh_token"]}).body
    elsewhere = api.post("/auth/login", {"email": account["email"], "password": account["password"]}).body

    user = Client(api.base, second["token"])
    me = user.get("/users/me").body
    assert (me["username"], me["email"], me["totals"]["picks"]) == ("sessions", "sessions@example.com", 0)

    ended = user.post("/auth/logout", {})
    assert (ended.status, ended.body) == (204, None)
    api.post("/auth/refresh", {"refresh_token": second["refresh_token"]}).problem(401, "INVALID_REFRESH_TOKEN")
    assert user.get("/users/me").status == 200, "an access token lives until it expires"

    # The second session is independent, and ending it needs no body.
    third = api.post("/auth/refresh", {"refresh_token": elsewhere["refresh_token"]}).body
    assert Client(api.base, third["token"]).send("POST", "/auth/logout").status == 204
    api.post("/auth/refresh", {"refresh_token": third["refresh_token"]}).problem(401, "INVALID_REFRESH_TOKEN")
    api.post("/auth/logout", {}).problem(401, "UNAUTHENTICATED")
