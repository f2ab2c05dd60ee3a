"""Checks a response against the OpenAPI document that the endpoint's code currently declares."""

from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator

from cdk.routes import ENDPOINTS
from tools.openapi.document import document
from tools.openapi.problems import RATE_LIMIT_HEADERS
from tools.openapi.superseded import whole

BY_NAME = {endpoint.name: endpoint for endpoint in ENDPOINTS}


@cache
def described(operation: str) -> dict[str, Any]:
    return document([BY_NAME[operation]])


@cache
def validator(operation: str, status: int, kind: str) -> Draft202012Validator:
    components = described(operation)["components"]
    schema = answers(operation)[str(status)]["content"][kind]["schema"]
    return Draft202012Validator({**schema, "components": components}, validate_formats=True)


def answers(operation: str) -> dict[str, Any]:
    made = described(operation)
    endpoint = BY_NAME[operation]
    found = whole(made["paths"][endpoint.path][endpoint.method.lower()])["responses"]
    shared = made["components"]["responses"]
    return {status: shared.get(each.get("$ref", "").rpartition("/")[2], each) for status, each in found.items()}


def keeps(operation: str, status: int, headers: dict[str, str], body: Any) -> None:
    """Assert that a response conforms to the document of its operation.

    This covers the status, the headers, the content type, the body and the code of an error. Rate limit headers must be
    absent unless the document declares them. Declare a missing code in the endpoint's app:
    create_app(problems={409: ["…"]}).
    """
    declared = answers(operation).get(str(status))
    code = body.get("code") if isinstance(body, dict) else None
    assert declared is not None, f"{operation} declares no {status} ({code}): see create_app(problems=…)"
    for name, header in declared["headers"].items():
        if "$ref" in header:
            header = described(operation)["components"]["headers"][name]  # noqa: PLW2901
        said = headers.get(name.lower())
        assert said is not None or not header.get("required", False), f"{operation} declares {name} on a {status}"
        if said is not None and header["schema"]["type"] == "integer":
            assert said.isdecimal(), f"{operation} declares {name} as an integer, and it is {said!r}"
    for name in RATE_LIMIT_HEADERS:
        assert name in declared["headers"] or name.lower() not in headers, (
            f"{operation} declares no {name} on a {status}"
        )
    content = declared.get("content", {})
    if not content:
        assert body is None, f"{operation} declares no content on a {status}"
        return
    kind = headers["content-type"].partition(";")[0]
    assert kind in content, f"{operation} declares no {kind} on a {status}"
    errors = validator(operation, status, kind).iter_errors(body)
    wrong = [f"{'/'.join(map(str, each.instance_path))}: {each.message}" for each in errors]
    assert not wrong, f"{operation} answered {status} {code}, and its document says otherwise: {wrong}"
