"""The list of a user's sessions, and the end of one."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.core import clock
from tests.support.account_flows import Flows, signed_in
from tests.support.gateway import call

NOW = datetime(2026, 1, 15, 19, 30, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def test_a_session_tells_its_device_and_last_use(flows: Flows) -> None:
    with clock.held_at(NOW):
        flows.register("ada")
    with clock.held_at(NOW + timedelta(days=1)):
        phone = signed_in(flows.login("ada", headers={"User-Agent": FIREFOX}))
    with clock.held_at(NOW + timedelta(days=2)):
        assert flows.refresh(phone).status == 200
        found = flows.act(phone, "list_sessions", "GET", "/users/me/sessions").body["sessions"]
    assert [{name: each[name] for name in each if name != "id"} for each in found] == [
        {
            "device": "Firefox on Linux",
            "created_at": "2026-01-16T19:30:00Z",
            "last_used_at": "2026-01-17T19:30:00Z",
            "is_current": True,
        },
        {
            "device": None,
            "created_at": "2026-01-15T19:30:00Z",
            "last_used_at": "2026-01-15T19:30:00Z",
            "is_current": False,
        },
    ]
    assert found[0]["id"] == phone.session
    with clock.held_at(NOW + timedelta(days=31)):
        assert len(flows.act(phone, "list_sessions", "GET", "/users/me/sessions").body["sessions"]) == 1


def test_an_ended_session_is_gone_and_the_others_go_on(flows: Flows) -> None:
    ada, eve = flows.register("ada"), flows.register("eve")
    other = signed_in(flows.login("ada"))
    path = f"/users/me/sessions/{other.session}"
    flows.act(eve, "end_session", "DELETE", path).problem(404, "SESSION_NOT_FOUND")
    assert (
        flows.act(ada, "end_session", "DELETE", path.upper().replace("/USERS/ME/SESSIONS", "/users/me/sessions")).status
        == 204
    )
    flows.act(ada, "end_session", "DELETE", path).problem(404, "SESSION_NOT_FOUND")
    flows.refresh(other).problem(401, "INVALID_REFRESH_TOKEN")
    assert flows.refresh(ada).status == 200
    [left] = flows.act(ada, "list_sessions", "GET", "/users/me/sessions").body["sessions"]
    assert left["id"] == ada.session


@pytest.mark.parametrize("session", ["1", "x" * 36, "0c1e6f9a3b574a8e9a516d1d3c1f7e20"])
def test_what_is_no_id_is_refused(flows: Flows, session: str) -> None:
    ada = flows.register("ada")
    flows.act(ada, "end_session", "DELETE", f"/users/me/sessions/{session}").problem(422, "INVALID_VALUE")


def test_an_api_key_sees_and_ends_no_session(flows: Flows) -> None:
    ada = flows.register("ada")
    for operation, method, path in (
        ("list_sessions", "GET", "/users/me/sessions"),
        ("end_session", "DELETE", f"/users/me/sessions/{ada.session}"),
    ):
        answer = call(operation, method, path, user=ada.user, scopes="picks:read picks:write")
        answer.problem(403, "API_KEY_NOT_ACCEPTED")
