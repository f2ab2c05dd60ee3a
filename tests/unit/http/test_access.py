"""Who may call an endpoint is decided before anything of the request is read, whatever the endpoint itself asks for."""

from typing import Any

import pytest

from pickvs.core import allowance
from pickvs.core.allowance import Allowance
from pickvs.http.app import App, create_app
from pickvs.http.paging import DEFAULT_LIMIT, Limit
from tests.support.gateway import send

ADA = (7, "ada")


def endpoint(**access: Any) -> App:
    """Return an endpoint that does not ask who calls it."""
    app = create_app(**access)

    @app.get("/things")
    def list_things(limit: Limit = DEFAULT_LIMIT) -> dict[str, int]:
        return {"limit": limit}

    return app


@pytest.mark.parametrize("access", [{"role": "admin"}, {"scopes": ("picks:read",)}])
def test_nobody_is_let_in_where_somebody_is_asked_for(access: dict[str, Any]) -> None:
    send(endpoint(**access), "GET", "/things").problem(401, "UNAUTHENTICATED")
    assert send(endpoint(), "GET", "/things").status == 200


def test_a_role_is_asked_for_before_the_request_is_read() -> None:
    app = endpoint(role="admin")
    send(app, "GET", "/things", user=ADA, query={"limit": "none"}).problem(403, "ROLE_REQUIRED")
    send(app, "GET", "/things", user=ADA, role="admin", query={"limit": "none"}).problem(422, "INVALID_VALUE")
    assert send(app, "GET", "/things", user=ADA, role="admin").status == 200


def test_a_key_needs_one_of_the_scopes() -> None:
    app = endpoint(scopes=("picks:read",))
    assert send(app, "GET", "/things", user=ADA, scopes="picks:read").status == 200
    assert send(app, "GET", "/things", user=ADA, scopes="picks:write picks:read").status == 200
    send(app, "GET", "/things", user=ADA, scopes="picks:write").problem(403, "SCOPE_REQUIRED")
    send(app, "GET", "/things", user=ADA, scopes="").problem(403, "SCOPE_REQUIRED")


def test_a_key_is_not_enough_where_no_scope_is_named() -> None:
    send(endpoint(role="admin"), "GET", "/things", user=ADA, role="admin", scopes="picks:read").problem(
        403, "API_KEY_NOT_ACCEPTED"
    )


def test_an_allowance_that_was_noted_before_the_request_is_none_of_it() -> None:
    """As after a request that ended without an answer."""
    allowance.note(Allowance(limit=10, remaining=3, reset_seconds=60))
    answer = send(endpoint(), "GET", "/things")
    assert not [name for name in answer.headers if name.startswith("x-ratelimit")]
