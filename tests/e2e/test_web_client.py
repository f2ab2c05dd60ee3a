"""A web page of another origin: CORS preflights, readable responses, and caching."""

import pytest

from pickvs.http.security import SECURITY_HEADERS
from tests.e2e.client import Client
from tests.support.gateway import Answer

pytestmark = pytest.mark.xdist_group("e2e")

PAGE = {"Origin": "https://client.example"}


def preflight(api: Client, method: str, path: str, *headers: str) -> Answer:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": ", ".join(headers)}
    return api.send("OPTIONS", path, headers=PAGE | asked)


def may_send(answer: Answer, method: str, *headers: str) -> bool:
    """Decide as a browser does (the Fetch standard, CORS-preflight fetch)."""
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    return (
        200 <= answer.status < 300
        and answer.headers["access-control-allow-origin"] in {"*", PAGE["Origin"]}
        and method in {name.strip() for name in answer.headers["access-control-allow-methods"].split(",")}
        and {name.lower() for name in headers} <= allowed
    )


def may_read(answer: Answer) -> bool:
    return (
        answer.headers.get("access-control-allow-origin") in {"*", PAGE["Origin"]}
        and "access-control-allow-credentials" not in answer.headers
    )


def test_a_page_asks_first_and_then_registers_and_picks(api: Client) -> None:
    asked = preflight(api, "POST", "/auth/register", "Content-Type")
    assert may_send(asked, "POST", "Content-Type")
    assert asked.headers["access-control-max-age"] == "7200"
    account = {"username": "page", "email": "page@example.com", "password": "correct horse battery"}
    registered = api.send("POST", "/auth/register", body=account, headers=PAGE)
    assert (registered.status, may_read(registered)) == (201, True)

    sent = "Authorization", "Content-Type", "Idempotency-Key"
    assert may_send(preflight(api, "POST", "/picks", *sent), "POST", *sent)
    assert not may_send(preflight(api, "DELETE", "/picks"), "DELETE")
    user = Client(api.base, registered.body["token"])
    refused = user.send("POST", "/picks", body={"picks": []}, headers=PAGE)
    refused.problem(422, "INVALID_VALUE")
    assert may_read(refused)


@pytest.mark.parametrize(("path", "status"), [("/picks/me", 401), ("/nothing", 404)])
def test_a_page_can_read_the_gateway_s_own_problems(api: Client, path: str, status: int) -> None:
    answer = api.send("GET", path, headers=PAGE)
    assert (answer.status, may_read(answer)) == (status, True)
    assert "X-Request-Id" in answer.headers["access-control-expose-headers"].split(", ")


def test_a_path_that_is_not_there_has_no_preflight(api: Client) -> None:
    preflight(api, "GET", "/nothing").problem(404, "NOT_FOUND")


def test_what_has_not_changed_is_not_sent_again(api: Client) -> None:
    first = api.send("GET", "/sports", headers=PAGE)
    assert (first.status, first.headers["cache-control"]) == (200, "public, max-age=3600")
    again = api.send("GET", "/sports", headers=PAGE | {"If-None-Match": f"W/{first.headers['etag']}"})
    assert (again.status, again.body, again.headers["etag"]) == (304, None, first.headers["etag"])
    assert may_read(again)


def test_each_try_says_what_is_left(api: Client) -> None:
    body = {"email": "nobody.at.all@example.com", "password": "not the password"}
    first, second = (api.post("/auth/login", body) for _ in range(2))
    first.problem(401, "INVALID_CREDENTIALS")
    assert first.headers["x-ratelimit-limit"] == "600"
    assert 0 < int(second.headers["x-ratelimit-remaining"]) < 600
    assert int(second.headers["x-ratelimit-reset"]) > 0


def test_a_browser_is_told_to_be_careful_whoever_answers(api: Client) -> None:
    answers = {
        200: api.get("/sports"),
        404: api.get("/nowhere"),
        401: api.get("/picks/me"),
        204: preflight(api, "POST", "/picks", "Authorization"),
    }
    for status, answer in answers.items():
        assert answer.status == status
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers[name.lower()] == value, (status, name)
