"""What the gateway remembers, and for how long: grants of the authorizer, tokens of the throttle."""

import json
from types import SimpleNamespace
from typing import cast

import pytest

from local.api_blueprint import ApiSpec, AuthorizerSpec, Route, Throttle
from local.authorizers import Authorizer
from local.environments import Outcome
from local.functions import LambdaFunction
from local.gateway_responses import UNAUTHORIZED, GatewayRefusal
from local.proxy_events import Request
from local.throttle import TokenBucket

API = ApiSpec(
    api_id="a",
    stage="api",
    stage_variables=None,
    routes=(),
    gateway_responses={},
    binary_types=(),
    access_log_format=None,
)
SPEC = AuthorizerSpec(
    kind="TOKEN", function="guard", identity_sources=("method.request.header.Authorization",), cache_seconds=300
)
EVERYTHING = {"Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}]}


class Guard:
    """An authorizer that lets everybody in, and counts how often its function is asked."""

    def __init__(self) -> None:
        self.asked, self.seconds = 0, 0.0
        self._authorizer = Authorizer(
            API, SPEC, cast("LambdaFunction", self), say=lambda _: None, clock=lambda: self.seconds
        )

    def invoke(self, event: bytes) -> Outcome:
        assert json.loads(event)["type"] == "TOKEN"
        self.asked += 1
        answer = json.dumps({"principalId": "ann", "policyDocument": EVERYTHING})
        return cast("Outcome", SimpleNamespace(failure=None, payload=answer))

    def authorize(self, **headers: str) -> None:
        request = Request(
            method="GET",
            full_path="/api/mine",
            path="/mine",
            query="",
            headers=tuple(headers.items()),
            body=b"",
            source_ip="127.0.0.1",
            port=80,
            protocol="HTTP/1.1",
        )
        self._authorizer.authorize(cast("Route", None), request, {}, {})


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Cookie": "ann"}])
def test_nobody_is_asked_about_a_request_without_credentials(headers: dict[str, str]) -> None:
    guard = Guard()
    with pytest.raises(GatewayRefusal) as refused:
        guard.authorize(**headers)
    assert (refused.value.error, guard.asked) == (UNAUTHORIZED, 0)


def test_a_grant_counts_until_it_expires_and_for_its_token_alone() -> None:
    guard = Guard()
    for seconds, asked in ((0, 1), (299, 1), (300, 2), (599, 2), (600, 3)):
        guard.seconds = seconds
        guard.authorize(Authorization="ann")
        assert guard.asked == asked, seconds
    guard.authorize(Authorization="bob")
    assert guard.asked == 4


def test_tokens_come_back_with_time_and_never_beyond_the_burst() -> None:
    now = 0.0
    bucket = TokenBucket(Throttle(rate=2, burst=3), lambda: now)

    def taken() -> int:
        return next(number for number in range(99) if not bucket.take())

    assert taken() == 3
    now = 0.5
    assert taken() == 1
    now = 1_000.0
    assert taken() == 3
