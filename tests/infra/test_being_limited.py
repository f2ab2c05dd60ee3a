"""Whoever limits a request answers 429 with one code and Retry-After: gateway, web ACL and functions."""

import json
from dataclasses import fields
from typing import Any

import pytest

from cdk.config import STAGES
from cdk.routes import ENDPOINTS
from cdk.routes.model import Auth
from cdk.settings.rates import Rate
from pickvs.core.errors import TooManyRequests
from pickvs.http.problems import from_request_error
from tests.infra.assembly import Assemblies
from tools.openapi.document import document
from tools.openapi.raw import app_of

pytestmark = pytest.mark.xdist_group("infra")

CODE = "TOO_MANY_REQUESTS"
LIMITERS = {"THROTTLED", "QUOTA_EXCEEDED"}
"""Gateway responses to requests that the gateway itself limits."""
PREFIX = "gatewayresponse.header."


@pytest.mark.parametrize("stage", STAGES)
def test_the_gateway(assembly_of: Assemblies, stage: str) -> None:
    found = {
        each.properties["ResponseType"]: each.properties
        for each in assembly_of(stage).resources("AWS::ApiGateway::GatewayResponse")
        if each.properties["StatusCode"] == "429" or each.properties["ResponseType"] in LIMITERS
    }
    assert set(found) == LIMITERS
    for answer in found.values():
        assert answer["StatusCode"] == "429"
        assert json.loads(answer["ResponseTemplates"]["application/json"])["code"] == CODE
        assert int(answer["ResponseParameters"][f"{PREFIX}Retry-After"].strip("'")) > 0


def test_the_web_acl(assembly_of: Assemblies) -> None:
    (acl,) = assembly_of("prod").resources("AWS::WAFv2::WebACL")
    rated = [rule for rule in acl.properties["Rules"] if "RateBasedStatement" in rule["Statement"]]
    assert rated
    gateway = {
        each.properties["ResponseType"]: each.properties
        for each in assembly_of("prod").resources("AWS::ApiGateway::GatewayResponse")
    }["THROTTLED"]
    for rule in rated:
        response = rule["Action"]["Block"]["CustomResponse"]
        body = acl.properties["CustomResponseBodies"][response["CustomResponseBodyKey"]]
        headers = {each["Name"]: each["Value"] for each in response["ResponseHeaders"]}
        assert response["ResponseCode"] == 429
        assert body["ContentType"] == "APPLICATION_JSON"
        assert _is_limited(json.loads(body["Content"]))
        assert int(headers.pop("Retry-After")) == rule["Statement"]["RateBasedStatement"]["EvaluationWindowSec"]
        # Beside what WAF cannot set, its answer has the headers of the gateway's.
        theirs = {name.removeprefix(PREFIX): text[1:-1] for name, text in gateway["ResponseParameters"].items()}
        assert headers == {
            name: text for name, text in theirs.items() if name not in {"X-Request-Id", "Content-Type", "Retry-After"}
        }
        assert len(headers) < 10, "WAF allows ten headers"


def test_nobody_can_use_up_alone_what_is_for_all() -> None:
    """Three figures: what a function lets an address do, what the web ACL lets it send, and what all may do."""
    config = STAGES["prod"]
    acl = config.edge.web_acl
    assert acl is not None
    for endpoint in ENDPOINTS:
        sent = acl.requests_per_address if endpoint.method == "GET" else acl.writes_per_address
        assert endpoint.throttle.rate >= 10 * sent.times / sent.seconds, endpoint.name
        assert endpoint.throttle.burst >= 2 * endpoint.throttle.rate, endpoint.name
        assert endpoint.throttle.rate <= config.edge.throttle_rate, endpoint.name
    writes = acl.writes_per_address
    limits = {
        name: rate for name, rate in vars_of(config.sign_in).items() if isinstance(rate, Rate) and "address" in name
    }
    assert limits
    for name, rate in limits.items():
        assert rate.times / rate.seconds < writes.times / writes.seconds, name


def test_what_anybody_may_write_counts_the_address_before_it_reads_the_body() -> None:
    for endpoint in ENDPOINTS:
        if endpoint.auth is Auth.PUBLIC and endpoint.method != "GET":
            assert app_of(endpoint).admit is not None, endpoint.name


def vars_of(settings: object) -> dict[str, Any]:
    return {field.name: getattr(settings, field.name) for field in fields(settings)}  # type: ignore[arg-type]


def test_a_function() -> None:
    answer = from_request_error(TooManyRequests("Wait.", retry_after=17), "an id")
    assert answer.status == 429
    assert _is_limited(answer.body)
    assert (answer.headers or {})["Retry-After"] == "17"


OF_OWN_WORK = {"BUILDS_RUNNING", "RUNS_RUNNING"}
"""Codes of who waits for work of the same user to end, and not for a time."""


def test_the_document_knows_no_other() -> None:
    made = document()
    answers = {name: each for name, each in made["components"]["responses"].items() if name.startswith("429")}
    assert answers
    for answer in answers.values():
        schema = answer["content"]["application/problem+json"]["schema"]
        kinds = [each["$ref"].rpartition("/")[2] for each in schema.get("oneOf", [schema])]
        codes = {made["components"]["schemas"][kind]["properties"]["code"]["const"] for kind in kinds}
        assert CODE in codes
        assert codes <= {CODE, *OF_OWN_WORK}
        assert "Retry-After" in answer["headers"]
    operations = [each for methods in made["paths"].values() for each in methods.values()]
    references = {each["responses"]["429"]["$ref"].rpartition("/")[2] for each in operations}
    assert references == set(answers)


def _is_limited(problem: dict[str, Any]) -> bool:
    members = {"type", "title", "status", "detail", "code", "request_id", "errors"}
    return set(problem) == members and (problem["code"], problem["status"]) == (CODE, 429)
