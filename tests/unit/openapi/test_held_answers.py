"""The check of every handler's answer against the document detects an answer that the document does not describe."""

from typing import Any

import pytest

from tests.support.contract import keeps

HEADERS = {"content-type": "application/problem+json", "x-request-id": "1", "cache-control": "no-store"}
REFUSED = {
    "type": "urn:pickvs:problem:invalid-credentials",
    "title": "Unauthorized",
    "status": 401,
    "detail": "The e-mail address or the password is not right.",
    "code": "INVALID_CREDENTIALS",
    "request_id": "1",
    "errors": [],
}
TOKENS = {"token": "t", "refresh_token": "r", "expires_in": 1800}
GOOD = HEADERS | {"content-type": "application/json", "x-correlation-id": "1"}


COUNTED = {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "9", "x-ratelimit-reset": "60"}


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [(401, HEADERS, REFUSED), (401, HEADERS | COUNTED, REFUSED), (200, GOOD, TOKENS), (200, GOOD | COUNTED, TOKENS)],
)
def test_what_is_in_it_is_kept(status: int, headers: dict[str, str], body: Any) -> None:
    keeps("login", status, headers, body)


@pytest.mark.parametrize(
    ("status", "headers", "body", "said"),
    [
        (409, HEADERS, REFUSED, "declares no 409"),
        (401, HEADERS, REFUSED | {"code": "ACCOUNT_FROZEN"}, "ACCOUNT_FROZEN"),
        (401, HEADERS, {**REFUSED, "errors": [{"field": "email"}]}, "message"),
        (401, HEADERS | {"content-type": "text/html"}, REFUSED, "declares no text/html"),
        (401, {"content-type": HEADERS["content-type"]}, REFUSED, "X-Request-Id"),
        (200, HEADERS | {"content-type": "application/json"}, TOKENS, "X-Correlation-Id"),
        (200, GOOD, TOKENS | {"expires_in": "1800"}, "expires_in"),
        (200, GOOD, {"token": "t"}, "refresh_token"),
    ],
)
def test_what_is_not_in_it_is_noticed(status: int, headers: dict[str, str], body: Any, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        keeps("login", status, headers, body)


@pytest.mark.parametrize(
    ("headers", "said"),
    [({"x-ratelimit-reset": "soon"}, "'soon'"), ({"x-ratelimit-limit": ""}, "X-RateLimit-Limit as an integer")],
)
def test_a_number_in_a_header_is_one(headers: dict[str, str], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        keeps("login", 401, HEADERS | headers, REFUSED)


def test_a_limit_is_spoken_of_only_where_tries_are_counted() -> None:
    unknown = {**REFUSED, "code": "UNAUTHENTICATED", "type": "urn:pickvs:problem:unauthenticated"}
    keeps("get_me", 401, HEADERS, unknown)
    with pytest.raises(AssertionError, match="get_me declares no X-RateLimit-Limit on a 401"):
        keeps("get_me", 401, HEADERS | COUNTED, unknown)


def test_what_another_operation_supersedes_is_held_to_its_promise() -> None:
    headers = GOOD | {"content-type": "text/csv; charset=utf-8", "etag": '"1"', "x-next-cursor": "c"}
    keeps("list_public_picks", 200, headers, "id\n1\n")
    keeps("list_public_picks_csv", 200, headers | {"content-disposition": "attachment"}, "id\n1\n")
    with pytest.raises(AssertionError, match="declares Content-Disposition"):
        keeps("list_public_picks_csv", 200, headers, "id\n1\n")
    with pytest.raises(AssertionError, match="declares no text/csv"):
        keeps("get_leaderboard", 200, headers, "id\n1\n")
