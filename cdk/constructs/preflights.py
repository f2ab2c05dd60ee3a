"""Access to the API for browser pages of another origin (the CORS protocol of the Fetch standard).

A browser first sends a preflight request (OPTIONS), and shows its page only answers that name the page's origin. The
gateway answers preflight requests itself. The origin is named by the gateway's own errors and by the functions' answers
(`pickvs.http.browsers`). Requests "with credentials" are not allowed, because the API uses no cookies.
"""

from collections import defaultdict
from collections.abc import Iterable

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.constructs.security_headers import security_headers
from cdk.routes.model import Endpoint

ALLOWED_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Correlation-Id")
"""Request headers that a page may send, in addition to those that are always allowed."""

EXPOSED_HEADERS = (
    "ETag",
    "Retry-After",
    "X-Correlation-Id",
    "X-Next-Cursor",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-Id",
)
"""Response headers that a page may read, in addition to those that are always allowed."""

REMEMBERED_SECONDS = 7200
"""Seconds for which a browser may cache a preflight answer. Chromium caps the value at two hours."""


def methods_by_path(endpoints: Iterable[Endpoint]) -> dict[str, list[str]]:
    """Return the methods of each path."""
    methods = defaultdict[str, list[str]](list)
    for endpoint in endpoints:
        methods[endpoint.path].append(endpoint.method)
    return dict(methods)


def add_preflight(resource: apigateway.IResource, methods: Iterable[str], *, origin: str) -> None:
    """Add OPTIONS to a path. It allows pages of `origin` to use the path's methods.

    This is a CfnMethod, because CDK's own preflight has no setting for the security headers, and the deployment's hash
    does not include overridden properties.
    """
    headers = {
        **security_headers(),
        "Access-Control-Allow-Headers": f"'{','.join(ALLOWED_HEADERS)}'",
        "Access-Control-Allow-Origin": f"'{origin}'",
        **({} if origin == "*" else {"Vary": "'Origin'"}),
        "Access-Control-Allow-Methods": f"'{','.join(sorted(methods))}'",
        "Access-Control-Max-Age": f"'{REMEMBERED_SECONDS}'",
    }
    parameters = {f"method.response.header.{name}": value for name, value in headers.items()}
    apigateway.CfnMethod(
        _construct(resource),
        "OPTIONS",
        http_method="OPTIONS",
        resource_id=resource.resource_id,
        rest_api_id=resource.api.rest_api_id,
        authorization_type="NONE",
        api_key_required=False,
        integration=apigateway.CfnMethod.IntegrationProperty(
            type="MOCK",
            request_templates={"application/json": "{ statusCode: 200 }"},
            integration_responses=[
                apigateway.CfnMethod.IntegrationResponseProperty(status_code="204", response_parameters=parameters)
            ],
        ),
        method_responses=[
            apigateway.CfnMethod.MethodResponseProperty(
                status_code="204", response_parameters=dict.fromkeys(parameters, True)
            )
        ],
    )


def cross_origin_headers(origin: str | None) -> dict[str, str]:
    """Return the headers that let pages of `origin` read an answer, in the syntax of gateway responses."""
    if origin is None:
        return {}
    headers = {
        "Access-Control-Allow-Origin": f"'{origin}'",
        "Access-Control-Expose-Headers": f"'{', '.join(EXPOSED_HEADERS)}'",
    }
    return headers if origin == "*" else {**headers, "Vary": "'Origin'"}


def _construct(resource: apigateway.IResource) -> Construct:
    """Return an API's resource as a construct."""
    if not isinstance(resource, Construct):
        raise TypeError(f"{resource.path} is not a construct")
    return resource
