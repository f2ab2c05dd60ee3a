"""Passwords changed by who knows them, and reset by who reads the account's mail."""

from datetime import timedelta

import pytest

from pickvs.core import clock
from tests.support.account_flows import NEW_PASSWORD, Flows, SignedIn, signed_in
from tests.support.accounts import PASSWORD, set_sign_in_limits
from tests.support.snapshot import rows

ADDRESS = "ada@example.com"


def change(flows: Flows, person: SignedIn, current: str = PASSWORD, new: str = NEW_PASSWORD):
    body = {"current_password": current, "new_password": new}
    return flows.act(person, "change_password", "PUT", "/users/me/password", body)


@pytest.fixture
def ada(flows: Flows) -> SignedIn:
    return flows.confirmed(flows.register("ada"))


def forgotten(flows: Flows, login: str = "ada") -> str:
    """Ask for a token, and return it."""
    assert flows.forgot(login).status == 202
    return flows.token("password_forgotten", ADDRESS)


def test_a_change_ends_the_other_sessions_and_the_own_one_goes_on(flows: Flows, ada: SignedIn) -> None:
    other = signed_in(flows.login("ada"))
    key = flows.make_key(ada).body["id"]
    assert change(flows, ada).status == 204
    assert flows.refresh(ada).status == 200
    flows.refresh(other).problem(401, "INVALID_REFRESH_TOKEN")
    flows.login("ada").problem(401, "INVALID_CREDENTIALS")
    assert flows.login("ada", NEW_PASSWORD).status == 200
    assert flows.act(ada, "get_api_key", "GET", f"/api-keys/{key}").body["revoked_at"] is None
    assert flows.kinds(ada)[-1] == "password_changed"


def test_a_change_takes_the_present_password_a_good_one_and_a_living_session(flows: Flows, ada: SignedIn) -> None:
    change(flows, ada, current="a guess").problem(403, "WRONG_PASSWORD")
    for weak in ("password123", "Ada@example.com7"):
        answer = change(flows, ada, new=weak)
        answer.problem(422, "INVALID_VALUE")
        assert answer.fields() == {"new_password"}
    flows.act(ada, "logout", "POST", "/auth/logout")
    change(flows, ada).problem(401, "UNAUTHENTICATED")
    assert flows.login("ada").status == 200


def test_a_reset_logs_in_and_ends_everything_that_was_opened_before(flows: Flows, ada: SignedIn) -> None:
    other = signed_in(flows.login("ada"))
    key = flows.make_key(ada).body["id"]
    now = signed_in(flows.reset(forgotten(flows)))
    for session in (ada, other):
        flows.refresh(session).problem(401, "INVALID_REFRESH_TOKEN")
    assert flows.act(now, "get_api_key", "GET", f"/api-keys/{key}").body["revoked_at"]
    assert flows.refresh(now).status == 200
    flows.login("ada").problem(401, "INVALID_CREDENTIALS")
    assert flows.login(ADDRESS, NEW_PASSWORD).status == 200
    assert flows.kinds(ada)[-1] == "password_changed"


def test_a_reset_deletes_the_webhooks_of_whoever_had_the_account(
    flows: Flows, ada: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_TARGETS", "public")
    now = signed_in(flows.login("ada"))
    wanted = {"url": "https://thief.example/in?key=secret"}
    made = [flows.act(now, "create_webhook", "POST", "/webhooks", wanted).status for _ in range(2)]
    assert made == [201, 201]
    told = rows(
        flows.url,
        "SELECT data, webhook_id FROM notices JOIN deliveries ON notice_id = notices.id"
        " WHERE kind = 'account.webhook_made' ORDER BY deliveries.id",
    )
    assert [row["webhook_id"] is None for row in told] == [True, True, False], "by mail, and to the earlier webhook"
    assert told[0]["data"] == {"username": "ada", "host": "thief.example"}
    assert flows.reset(forgotten(flows)).status == 200
    assert rows(flows.url, "SELECT * FROM webhooks") == []
    assert rows(flows.url, "SELECT * FROM deliveries WHERE webhook_id IS NOT NULL") == []


def test_a_token_is_used_once_within_an_hour_and_only_the_newest(flows: Flows, ada: SignedIn) -> None:
    first, second = forgotten(flows), forgotten(flows)
    flows.reset(first).problem(403, "INVALID_TOKEN")
    weak = flows.reset(second, "password123")
    weak.problem(422, "INVALID_VALUE")
    assert weak.fields() == {"password"}
    assert flows.reset(second).status == 200
    flows.reset(second).problem(403, "INVALID_TOKEN")
    third = forgotten(flows)
    with clock.held_at(clock.now() + timedelta(hours=1, seconds=1)):
        flows.reset(third).problem(403, "INVALID_TOKEN")


def test_a_change_of_the_password_ends_a_token(flows: Flows, ada: SignedIn) -> None:
    token = forgotten(flows)
    change(flows, ada)
    flows.reset(token).problem(403, "INVALID_TOKEN")


def test_a_reset_confirms_the_address_to_which_it_was_mailed(flows: Flows) -> None:
    flows.register("ada")
    assert flows.owner(ADDRESS) is None
    assert flows.reset(forgotten(flows, ADDRESS)).status == 200
    assert flows.owner(ADDRESS) == "ada"


def test_a_reset_takes_no_address_that_another_account_has_confirmed(flows: Flows) -> None:
    flows.register("first", ADDRESS)
    before = forgotten(flows, "first")
    flows.confirmed(flows.register("ada", ADDRESS))
    assert signed_in(flows.reset(before)).name == "first"
    assert signed_in(flows.reset(forgotten(flows, "first"))).name == "first"
    assert flows.owner(ADDRESS) == "ada"
    assert flows.login("first", NEW_PASSWORD).status == 200


def test_who_forgot_the_password_of_a_claimed_address_gets_the_own_account_back(flows: Flows) -> None:
    flows.register("squatter", ADDRESS)
    flows.register("ada", ADDRESS)
    flows.forgot(ADDRESS)
    _, (_, token) = flows.mails("account.password_forgotten")  # of the oldest claimant, and of the newest
    assert signed_in(flows.reset(str(token))).name == "ada"
    assert flows.owner(ADDRESS) == "ada"
    flows.forgot(ADDRESS)
    assert len(flows.mails("account.password_forgotten")) == 3, "the owner is known now"
    flows.forgot("squatter")
    assert len(flows.mails("account.password_forgotten")) == 4


def test_who_has_used_up_the_tries_gets_in_by_the_mail(
    flows: Flows, ada: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_sign_in_limits(monkeypatch, tries_per_account="2/86400", tries_per_account_and_address="1/900")
    for login in ("ada", ADDRESS):
        assert flows.login(login, "a guess").status == 401
        assert flows.login(login, "a guess", address="198.51.100.1").status == 401
        flows.login(login).problem(429, "TOO_MANY_REQUESTS")
    assert flows.reset(forgotten(flows)).status == 200
    for login in ("ada", ADDRESS):
        assert flows.login(login, NEW_PASSWORD).status == 200


def test_an_erased_account_gets_no_mail_and_its_token_ends(flows: Flows, ada: SignedIn) -> None:
    token = forgotten(flows)
    assert flows.act(ada, "delete_me", "DELETE", "/users/me", {"password": PASSWORD}).status == 204
    flows.reset(token).problem(403, "INVALID_TOKEN")
    for login in ("ada", ADDRESS):
        assert flows.forgot(login).status == 202
    assert len(flows.mails("account.password_forgotten")) <= 1
