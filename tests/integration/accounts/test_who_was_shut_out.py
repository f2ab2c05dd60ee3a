"""Whoever was shut out of an account acts no more: not with a password, a session or a token of before.

A thief knows the password and has a session, and the owner resets the password. What the thief has begun by then ends
as well.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.accounts import passwords, queries
from pickvs.accounts.sessions.queries import revoke_sessions
from pickvs.core import clock
from tests.support.account_flows import NEW_PASSWORD, Flows, SignedIn, signed_in
from tests.support.accounts import PASSWORD, set_sign_in_limits
from tests.support.contest import Contest
from tests.support.gateway import Answer, call
from tests.support.groups import set_group_limits
from tests.support.snapshot import everything, rows
from tests.support.waiting import blocked

ADDRESS = "ada@example.com"

type Act = Callable[[Flows, SignedIn], Answer]


@pytest.fixture
def thief(flows: Flows) -> SignedIn:
    return flows.confirmed(flows.register("ada"))


def reset(flows: Flows) -> SignedIn:
    """Reset the password as the owner does."""
    flows.forgot("ada")
    return signed_in(flows.reset(flows.token("password_forgotten", ADDRESS)))


def log_in(flows: Flows, _: SignedIn) -> Answer:
    return flows.login("ada")


def log_in_by_address(flows: Flows, _: SignedIn) -> Answer:
    return flows.login(ADDRESS)


def erase(flows: Flows, thief: SignedIn) -> Answer:
    return flows.act(thief, "delete_me", "DELETE", "/users/me", {"password": PASSWORD})


def change_email(flows: Flows, thief: SignedIn) -> Answer:
    return flows.change(thief, "email", email="thief@example.com")


def make_key(flows: Flows, thief: SignedIn) -> Answer:
    return flows.make_key(thief)


def log_out_everywhere(flows: Flows, thief: SignedIn) -> Answer:
    return flows.act(thief, "logout", "POST", "/auth/logout", {"everywhere": True})


def make_webhook(flows: Flows, thief: SignedIn) -> Answer:
    return flows.act(thief, "create_webhook", "POST", "/webhooks", {"url": "https://thief.example/"})


@pytest.mark.parametrize("act", [log_in, log_in_by_address, erase, change_email, make_key])
def test_a_reset_while_the_old_password_is_checked_is_in_time(
    flows: Flows, thief: SignedIn, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    verify, owners = passwords.verify, []

    def reset_meanwhile(password: str, stored: str | None) -> bool:
        is_right = verify(password, stored)
        if not owners:
            owners.append(reset(flows))
        return is_right

    monkeypatch.setattr(passwords, "verify", reset_meanwhile)
    assert act(flows, thief).status in {401, 403}
    living = rows(flows.url, "SELECT DISTINCT family_id FROM refresh_tokens WHERE revoked_at IS NULL")
    assert [str(row["family_id"]) for row in living] == [owners[0].session]
    assert rows(flows.url, "SELECT * FROM api_keys") == rows(flows.url, "SELECT * FROM account_tokens") == []


def test_a_login_that_waits_for_a_reset_opens_nothing(flows: Flows, thief: SignedIn, contest: Contest) -> None:
    with ThreadPoolExecutor(1) as thread:
        with psycopg.connect(flows.url, row_factory=dict_row) as other:
            assert queries.lock_user(other, thief.id)
            queries.set_password_hash(other, thief.id, passwords.make_hash(NEW_PASSWORD))
            revoke_sessions(other, thief.id, None, clock.now())
            waiting = blocked(thread, contest, lambda: flows.login("ada"))
            other.commit()
        waiting.result(timeout=10).problem(401, "INVALID_CREDENTIALS")


def change_password(flows: Flows) -> None:
    owner = signed_in(flows.login("ada"))
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert flows.act(owner, "change_password", "PUT", "/users/me/password", body).status == 204


@pytest.mark.parametrize("close", [reset, change_password])
def test_another_address_that_waits_to_be_confirmed_is_forgotten(
    flows: Flows, thief: SignedIn, close: Callable[[Flows], object]
) -> None:
    assert change_email(flows, thief).status == 202
    token = flows.token("confirm_email", "thief@example.com")
    close(flows)
    assert rows(flows.url, "SELECT * FROM account_tokens") == []
    flows.confirm(signed_in(flows.login("ada", NEW_PASSWORD)), token).problem(403, "INVALID_TOKEN")


def test_the_account_s_own_address_is_still_to_be_confirmed_after_a_change_of_the_password(flows: Flows) -> None:
    ada = flows.register("ada")
    change_password(flows)
    flows.confirmed(signed_in(flows.login("ada", NEW_PASSWORD)), ADDRESS)
    assert flows.owner(ADDRESS) == ada.name


@pytest.mark.parametrize("act", [log_out_everywhere, erase, change_email, make_key, make_webhook])
def test_an_ended_session_ends_and_makes_nothing(
    flows: Flows, thief: SignedIn, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    monkeypatch.setenv("WEBHOOK_TARGETS", "public")
    owner = reset(flows)
    key = flows.make_key(owner, NEW_PASSWORD).body["id"]
    act(flows, thief).problem(401, "UNAUTHENTICATED")
    assert flows.refresh(owner).status == 200
    assert flows.act(owner, "get_api_key", "GET", f"/api-keys/{key}").body["revoked_at"] is None
    assert rows(flows.url, "SELECT * FROM webhooks") == []


def test_an_ended_session_ends_none_of_the_owner_s(flows: Flows, thief: SignedIn) -> None:
    owner = reset(flows)
    path = f"/users/me/sessions/{owner.session}"
    flows.act(thief, "end_session", "DELETE", path).problem(401, "UNAUTHENTICATED")
    assert flows.refresh(owner).status == 200


def test_an_ended_session_uses_up_none_of_the_owner_s_passwords(
    flows: Flows, thief: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = reset(flows)
    set_sign_in_limits(monkeypatch, passwords_per_user="1/900")
    for _ in range(3):
        flows.make_key(thief, "a guess").problem(401, "UNAUTHENTICATED")
    assert flows.make_key(owner, NEW_PASSWORD).status == 201


GROUP_ACTS: dict[str, tuple[str, str, Any]] = {
    "create_group": ("POST", "/groups", {"name": "of a thief"}),
    "join_group": ("POST", "/groups/join", None),
    "rename_group": ("PUT", "/groups/1", {"name": "renamed"}),
    "renew_group_code": ("POST", "/groups/1/code", None),
    "hand_over_group": ("POST", "/groups/1/handover", {"username": "eve"}),
    "remove_group_member": ("DELETE", "/groups/1/members/eve", None),
    "delete_group": ("DELETE", "/groups/1", None),
}
"""Operations that store something of a group: method, path and body."""


@pytest.mark.parametrize("operation", GROUP_ACTS)
def test_an_ended_session_changes_no_group(
    flows: Flows, thief: SignedIn, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    set_group_limits(monkeypatch)
    eve = flows.register("eve")
    group = flows.act(thief, "create_group", "POST", "/groups", {"name": "of the owner"}).body
    assert flows.act(eve, "join_group", "POST", "/groups/join", {"code": group["code"]}).status == 200
    method, path, body = GROUP_ACTS[operation]
    if operation == "join_group":
        body = {"code": flows.act(eve, "create_group", "POST", "/groups", {"name": "of Eve"}).body["code"]}
    reset(flows)
    before = everything(flows.url, but={"limits"})
    flows.act(thief, operation, method, path, body).problem(401, "UNAUTHENTICATED")
    assert everything(flows.url, but={"limits"}) == before


def test_an_administrator_s_ended_session_decides_nothing(flows: Flows, thief: SignedIn) -> None:
    body = {"alias": "a thief's spelling", "reason": "none"}
    rows(flows.url, "UPDATE users SET role = 'admin' WHERE id = %s RETURNING id", thief.id)
    owner = reset(flows)
    for person, status in ((thief, 401), (owner, 201)):
        path, session = "/admin/teams/1/aliases", person.session
        answer = call("add_team_alias", "POST", path, body=body, user=person.user, session=session, role="admin")
        assert answer.status == status, answer.body
