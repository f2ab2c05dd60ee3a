"""The gateway's own errors are problem+json documents, as the contract requires."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from aws_cdk import aws_apigateway as apigateway

from pickvs.http.problems import RETRY_AFTER_SECONDS
from tests.infra.assembly import Assemblies

pytestmark = pytest.mark.xdist_group("infra")

CONTRACT = {
    "BAD_REQUEST": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "TOO_MANY_REQUESTS": 429,
    "INTERNAL_ERROR": 500,
    "UNAVAILABLE": 503,
}


@pytest.fixture
def answers(assembly_of: Assemblies) -> dict[str, dict[str, Any]]:
    """Return the gateway responses by response type."""
    return {
        each.properties["ResponseType"]: each.properties
        for each in assembly_of("dev").resources("AWS::ApiGateway::GatewayResponse")
    }


def test_nothing_is_left_to_the_gateway(answers: dict[str, dict[str, Any]]) -> None:
    constants = (getattr(apigateway.ResponseType, name) for name in dir(apigateway.ResponseType) if name.isupper())
    known = {each.response_type for each in constants}
    assert len(known) > 15
    assert set(answers) >= known


def is_a_problem(template: str, status: int, code: str) -> None:
    """Assert that a body template has the contract's problem format."""
    body = json.loads(template)
    assert list(body) == ["type", "title", "status", "detail", "code", "request_id", "errors"]
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"] == HTTPStatus(status).phrase
    assert body["type"] == f"urn:pickvs:problem:{code.lower().replace('_', '-')}"
    assert body["request_id"] == "$context.requestId"
    assert body["errors"] == []


def test_each_is_a_problem(answers: dict[str, dict[str, Any]]) -> None:
    for name, answer in answers.items():
        template = answer["ResponseTemplates"]["application/json"]
        code, status = json.loads(template)["code"], int(answer["StatusCode"])
        assert CONTRACT[code] == status, name
        is_a_problem(template, status, code)
        headers = answer["ResponseParameters"]
        assert headers["gatewayresponse.header.X-Request-Id"] == "context.requestId"
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'"
        assert ("gatewayresponse.header.Retry-After" in headers) == (status in {429, 503}), name
        assert ("gatewayresponse.header.WWW-Authenticate" in headers) == (status == 401), name


@pytest.mark.parametrize(
    ("response_type", "code"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", "NOT_FOUND"),
        ("UNAUTHORIZED", "UNAUTHENTICATED"),
        ("ACCESS_DENIED", "FORBIDDEN"),
        ("THROTTLED", "TOO_MANY_REQUESTS"),
        ("REQUEST_TOO_LARGE", "PAYLOAD_TOO_LARGE"),
        ("UNSUPPORTED_MEDIA_TYPE", "UNSUPPORTED_MEDIA_TYPE"),
        ("AUTHORIZER_FAILURE", "UNAVAILABLE"),
        ("AUTHORIZER_CONFIGURATION_ERROR", "UNAVAILABLE"),
        ("INTEGRATION_TIMEOUT", "UNAVAILABLE"),
        ("DEFAULT_4XX", "BAD_REQUEST"),
        ("DEFAULT_5XX", "INTERNAL_ERROR"),
    ],
)
def test_codes(answers: dict[str, dict[str, Any]], response_type: str, code: str) -> None:
    assert json.loads(answers[response_type]["ResponseTemplates"]["application/json"])["code"] == code


@pytest.mark.parametrize("response_type", ["AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR"])
def test_who_cannot_be_known_waits_as_long_as_a_function_would_say(
    answers: dict[str, dict[str, Any]], response_type: str
) -> None:
    """Both mean that the database is unavailable: in the authorizer for a key, in a function for its data."""
    waiting = answers[response_type]["ResponseParameters"]["gatewayresponse.header.Retry-After"]
    assert waiting == f"'{RETRY_AFTER_SECONDS}'"
