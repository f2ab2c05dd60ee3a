"""Picks and keys are for good, so who makes them is checked in their transaction, whatever the gateway remembers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.accounts import queries
from pickvs.accounts.keys.queries import revoke_key
from pickvs.accounts.sessions.queries import revoke_sessions
from pickvs.core import clock
from tests.support.account_flows import NEW_PASSWORD, Flows, SignedIn, signed_in
from tests.support.accounts import PASSWORD, set_sign_in_limits
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call
from tests.support.picking import set_pick_rules, stored, want
from tests.support.waiting import blocked

AT = TIP_OFF - timedelta(hours=2)
HOUR = timedelta(hours=1)


class Programs:
    """A person with a session, an API key, and games to pick."""

    def __init__(self, flows: Flows, contest: Contest) -> None:
        self.flows, self.contest = flows, contest
        self.person = flows.confirmed(flows.register("ada"))
        self.key = flows.make_key(self.person).body["id"]

    def pick(self, **credentials: Any) -> Answer:
        quote = self.contest.quote(self.contest.game(), "moneyline", "home", None, -110)
        body = {"picks": [want(self.contest, quote)]}
        return call("create_picks", "POST", "/picks", body=body, user=self.person.user, **credentials)

    def by_session(self) -> Answer:
        return self.pick(session=self.person.session)

    def by_key(self) -> Answer:
        return self.pick(scopes="picks:read picks:write", api_key_id=self.key)

    def act(self, operation: str, method: str, path: str, body: Any = None) -> Answer:
        return self.flows.act(self.person, operation, method, path, body)


@pytest.fixture
def ada(flows: Flows, contest: Contest, monkeypatch: pytest.MonkeyPatch):
    set_pick_rules(monkeypatch)
    with clock.held_at(AT):
        yield Programs(flows, contest)


def log_out(ada: Programs) -> None:
    ada.act("logout", "POST", "/auth/logout")


def log_out_everywhere(ada: Programs) -> None:
    ada.act("logout", "POST", "/auth/logout", {"everywhere": True})


def end_session(ada: Programs) -> None:
    ada.act("end_session", "DELETE", f"/users/me/sessions/{ada.person.session}")


def revoke(ada: Programs) -> None:
    ada.act("revoke_api_key", "DELETE", f"/api-keys/{ada.key}")


def change_password(ada: Programs) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    ada.act("change_password", "PUT", "/users/me/password", body)


def reset_password(ada: Programs) -> None:
    ada.flows.forgot("ada")
    assert ada.flows.reset(ada.flows.token("password_forgotten", "ada@example.com")).status == 200


def erase(ada: Programs) -> None:
    ada.act("delete_me", "DELETE", "/users/me", {"password": PASSWORD})


def reuse_token(ada: Programs) -> None:
    """Use the session's refresh token again, long after its first use: it was stolen."""
    assert ada.flows.refresh(ada.person).status == 200
    with clock.held_at(AT + timedelta(minutes=5)):
        ada.flows.refresh(ada.person).problem(401, "INVALID_REFRESH_TOKEN")


@pytest.mark.parametrize(
    ("end", "session_goes_on", "key_goes_on"),
    [
        (log_out, False, True),
        (log_out_everywhere, False, False),
        (end_session, False, True),
        (revoke, True, False),
        (change_password, True, True),
        (reset_password, False, False),
        (erase, False, False),
        (reuse_token, False, True),
    ],
)
def test_what_an_act_ends_makes_no_pick_and_no_key_at_once(
    ada: Programs, end: Callable[[Programs], None], *, session_goes_on: bool, key_goes_on: bool
) -> None:
    assert (ada.by_session().status, ada.by_key().status) == (201, 201)
    end(ada)
    made = len(stored(ada.contest))
    assert ada.by_session().status == (201 if session_goes_on else 401)
    assert ada.by_key().status == (201 if key_goes_on else 401)
    assert len(stored(ada.contest)) == made + session_goes_on + key_goes_on
    password = NEW_PASSWORD if end in {change_password, reset_password} else PASSWORD
    assert ada.flows.make_key(ada.person, password).status == (201 if session_goes_on else 401)


def test_a_change_of_the_password_ends_the_other_sessions_picks(ada: Programs) -> None:
    thief = ada.person
    ada.person = SignedIn(*thief.user, *_session(ada.flows))
    change_password(ada)
    assert ada.by_session().status == 201
    ada.person = thief
    ada.by_session().problem(401, "UNAUTHENTICATED")


def _session(flows: Flows) -> tuple[str, str]:
    now = signed_in(flows.login("ada"))
    return now.session, now.refresh_token


def test_an_expired_key_makes_no_pick(ada: Programs) -> None:
    ends = {"name": "bot", "scopes": ["picks:write"], "password": PASSWORD, "expires_at": (AT + HOUR).isoformat()}
    ada.key = ada.act("create_api_key", "POST", "/api-keys", ends).body["id"]
    assert ada.by_key().status == 201
    with clock.held_at(AT + HOUR):
        ada.by_key().problem(401, "UNAUTHENTICATED")


def test_somebody_else_s_session_or_key_is_none(ada: Programs) -> None:
    eve = ada.flows.register("eve")
    ada.pick(session=eve.session).problem(401, "UNAUTHENTICATED")
    key = ada.flows.make_key(eve).body["id"]
    ada.pick(scopes="picks:write", api_key_id=key).problem(401, "UNAUTHENTICATED")


def test_a_token_that_names_no_session_still_picks_and_makes_no_key(ada: Programs) -> None:
    """Tokens of the last release, for the 30 minutes that they live."""
    assert ada.pick().status == 201
    body = {"name": "bot", "scopes": ["picks:read"], "password": PASSWORD}
    answer = call("create_api_key", "POST", "/api-keys", body=body, user=ada.person.user)
    answer.problem(409, "SESSION_UNKNOWN")


def test_a_key_takes_the_password(ada: Programs) -> None:
    body = {"name": "bot", "scopes": ["picks:read"]}
    ada.act("create_api_key", "POST", "/api-keys", body).problem(403, "PASSWORD_REQUIRED")
    ada.flows.make_key(ada.person, "a guess").problem(403, "WRONG_PASSWORD")
    assert ada.flows.kinds(ada.person) == ["confirm_email", "api_key_made"]


@pytest.mark.parametrize("what", ["session", "key"])
def test_a_pick_waits_for_an_end_that_is_under_way(ada: Programs, what: str) -> None:
    with ThreadPoolExecutor(1) as thread:
        with psycopg.connect(ada.flows.url, row_factory=dict_row) as other:
            assert queries.lock_user(other, ada.person.id)
            if what == "key":
                assert revoke_key(other, ada.person.id, ada.key, AT)
            else:
                assert revoke_sessions(other, ada.person.id, None, AT)
            waiting = blocked(thread, ada.contest, ada.by_key if what == "key" else ada.by_session)
            other.commit()
        waiting.result(timeout=10).problem(401, "UNAUTHENTICATED")
    assert stored(ada.contest) == []


@pytest.mark.parametrize("end", [log_out, revoke])
def test_an_end_waits_for_a_pick_that_is_under_way(ada: Programs, end: Callable[[Programs], None]) -> None:
    with ThreadPoolExecutor(1) as thread:
        with psycopg.connect(ada.flows.url, row_factory=dict_row) as other:
            assert queries.hold_account(other, ada.person.id)
            waiting = blocked(thread, ada.contest, lambda: end(ada))
            other.commit()
        waiting.result(timeout=10)


def test_submissions_are_counted_by_user(ada: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    set_sign_in_limits(monkeypatch, submissions_per_user="2/3600")
    assert [ada.by_session().status, ada.by_key().status] == [201, 201]
    refused = ada.by_session()
    refused.problem(429, "TOO_MANY_REQUESTS")
    assert refused.headers["retry-after"] == "1800"
    assert len(stored(ada.contest)) == 2
    with clock.held_at(AT + timedelta(minutes=30)):
        assert ada.by_session().status == 201
