"""The life of an account over HTTP, with its mail read from the inbox."""

import pytest

from tests.e2e.client import PASSWORD, Client
from tests.e2e.inbox import mail, mails, token
from tests.e2e.offers import offer_game, pick_of
from tests.support.laptop import Laptop
from tests.support.odds_api import OddsApiServer

pytestmark = pytest.mark.xdist_group("e2e")

CONFIRM, RESET = "Confirm your e-mail address", "Set a new password"
NEW_PASSWORD = "seven green kettles"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def login(api: Client, name: str, password: str = PASSWORD) -> Client:
    answer = api.send(
        "POST", "/auth/login", body={"login": name, "password": password}, headers={"User-Agent": FIREFOX}
    )
    assert answer.status == 200, answer.body
    return Client(api.base, answer.body["token"])


def confirm(api: Client, user: Client, email: str) -> None:
    answer = user.post("/auth/confirm-email", {"token": token(api, email, CONFIRM)})
    assert answer.status == 204, answer.body


def test_an_address_is_confirmed_and_changed_by_mail(api: Client) -> None:
    user = api.register("flow-email")
    old, new = "flow-email@example.com", "flow-new@example.com"
    assert user.get("/users/me").body["email_confirmed_at"] is None
    confirm(api, user, old)
    assert user.get("/users/me").body["email_confirmed_at"]
    user.post("/auth/confirm-email", {"token": token(api, old, CONFIRM)}).problem(403, "INVALID_TOKEN")

    changed = user.send("PUT", "/users/me/email", body={"email": new, "password": PASSWORD})
    assert changed.status == 202, changed.body
    assert user.get("/users/me").body["email"] == old
    confirm(api, user, new)
    assert user.get("/users/me").body["email"] == new
    for address in (old, new):
        assert "flow-email" in mail(api, address, "address was changed")
    assert login(api, new).get("/users/me").status == 200


def test_a_taken_address_is_registered_like_a_free_one_and_stays_its_owner_s(api: Client) -> None:
    owner = api.register("flow-owner")
    confirm(api, owner, "flow-owner@example.com")
    squatter = {"username": "flow-squatter", "email": "flow-owner@example.com", "password": NEW_PASSWORD}
    answer = api.post("/auth/register", squatter)
    assert answer.status == 201
    taken = Client(api.base, answer.body["token"])
    code = token(api, "flow-owner@example.com", CONFIRM, number=2)
    owner.post("/auth/confirm-email", {"token": code}).problem(403, "INVALID_TOKEN")
    taken.post("/auth/confirm-email", {"token": code}).problem(409, "EMAIL_TAKEN")
    assert login(api, "flow-owner@example.com").get("/users/me").body["username"] == "flow-owner"
    assert login(api, "flow-squatter", NEW_PASSWORD).get("/users/me").status == 200


def test_a_forgotten_password_is_reset_by_mail_and_ends_what_was_open(
    laptop: Laptop, provider: OddsApiServer, api: Client
) -> None:
    game = offer_game(laptop, provider, api, 7101)
    user = api.register("flow-forgot")
    key = Client(api.base, user.make_key("picks:read", "picks:write")["key"])
    assert key.post("/picks", {"picks": [pick_of(game, "moneyline", "home")]}).status == 201

    answers = [api.post("/auth/password/forgotten", {"login": name}) for name in ("flow-forgot", "flow-nobody")]
    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].body == answers[1].body
    code = token(api, "flow-forgot@example.com", RESET)
    reset = {"token": code, "password": NEW_PASSWORD}
    answer = api.post("/auth/password/reset", reset)
    assert answer.status == 200, answer.body
    api.post("/auth/password/reset", reset).problem(403, "INVALID_TOKEN")

    # The gateway remembers the key and the token. The picks do not care.
    spread = {"picks": [pick_of(game, "spread", "away")]}
    key.post("/picks", spread).problem(401, "UNAUTHENTICATED")
    user.post("/picks", spread).problem(401, "UNAUTHENTICATED")
    assert Client(api.base, answer.body["token"]).post("/picks", spread).status == 201
    assert "flow-forgot" in mail(api, "flow-forgot@example.com", "password was changed")
    api.post("/auth/login", {"login": "flow-forgot", "password": PASSWORD}).problem(401, "INVALID_CREDENTIALS")
    assert mails(api, "flow-nobody@example.com") == []


def test_a_password_and_a_username_are_changed(api: Client) -> None:
    user = api.register("flow-change")
    confirm(api, user, "flow-change@example.com")
    other = login(api, "flow-change")
    wanted = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert user.send("PUT", "/users/me/password", body=wanted).status == 204
    sessions = user.get("/users/me/sessions").body["sessions"]
    assert [session["is_current"] for session in sessions] == [True]
    other.post("/api-keys", {"name": "late", "scopes": ["picks:read"], "password": NEW_PASSWORD}).problem(
        401, "UNAUTHENTICATED"
    )
    renamed = {"username": "flow-changed", "password": NEW_PASSWORD}
    assert user.send("PUT", "/users/me/username", body=renamed).status == 204
    assert api.get("/users/flow-change").body["username"] == "flow-changed"
    again = {"username": "flow-change", "password": NEW_PASSWORD}
    user.send("PUT", "/users/me/username", body=again).problem(409, "USERNAME_CHANGED_RECENTLY")
    assert "flow-changed" in mail(api, "flow-change@example.com", "username was changed")


def test_a_session_is_seen_and_ended(api: Client) -> None:
    user = api.register("flow-session")
    phone = login(api, "flow-session")
    [first, second] = user.get("/users/me/sessions").body["sessions"]
    assert (first["device"], first["is_current"], second["is_current"]) == ("Firefox on Linux", False, True)
    assert user.send("DELETE", f"/users/me/sessions/{first['id']}").status == 204
    wanted = {"name": "late", "scopes": ["picks:read"], "password": PASSWORD}
    phone.post("/api-keys", wanted).problem(401, "UNAUTHENTICATED")
    user.send("DELETE", f"/users/me/sessions/{first['id']}").problem(404, "SESSION_NOT_FOUND")


def test_no_log_has_a_one_time_token(laptop: Laptop, api: Client) -> None:
    user = api.register("flow-secret")
    code = token(api, "flow-secret@example.com", CONFIRM)
    user.post("/auth/confirm-email", {"token": code + "x"}).problem(403, "INVALID_TOKEN")
    assert user.post("/auth/confirm-email", {"token": code}).status == 204
    logs = {name: laptop.logs(name) for name in ("access", "register", "confirm_email", "deliver_notices")}
    assert not [name for name, text in logs.items() if code in text]
