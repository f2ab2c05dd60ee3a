"""Letting pages of another origin call the API from a browser (the Fetch standard's CORS protocol).

A browser asks first, by OPTIONS, and shows its page only answers that name the page's origin. The gateway answers the
first question itself; the second holds for its own errors and for the functions' answers (`pickvs.http.browsers`).
Nothing is allowed "with credentials": there is no cookie that could be sent along.
"""

from collections import defaultdict
from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway

from cdk.constructs.security_headers import security_headers
from cdk.routes import Endpoint

ALLOWED_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Correlation-Id")
"""The headers, beside the few that it may always send, that a page may send."""

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
"""The headers, beside the few that it may always read, that a page is shown."""

REMEMBERED_FOR = Duration.hours(2)
"""How long a browser need not ask again; the longest that any of them takes is two hours."""


def add_preflights(api: apigateway.RestApi, endpoints: Sequence[Endpoint], *, origin: str) -> None:
    """Answer OPTIONS on every path, for the pages of `origin`, with the methods that the path has."""
    methods = defaultdict[str, list[str]](list)
    for endpoint in endpoints:
        methods[endpoint.path].append(endpoint.method)
    for path, names in methods.items():
        preflight = api.root.resource_for_path(path).add_cors_preflight(
            allow_origins=[origin],
            allow_methods=sorted(names),
            allow_headers=list(ALLOWED_HEADERS),
            max_age=REMEMBERED_FOR,
        )
        _add_security_headers(preflight)


def _add_security_headers(preflight: apigateway.Method) -> None:
    """Let a preflight say what every answer says; CDK has no setting for it."""
    resource = preflight.node.default_child
    if not isinstance(resource, apigateway.CfnMethod):
        raise TypeError(f"{preflight.node.path} is not made of a CfnMethod")
    for name, value in security_headers().items():
        parameter = rf"ResponseParameters.method\.response\.header\.{name}"
        resource.add_property_override(f"Integration.IntegrationResponses.0.{parameter}", value)
        resource.add_property_override(f"MethodResponses.0.{parameter}", value=True)


def cross_origin_headers(origin: str | None) -> dict[str, str]:
    """Return the headers that let the pages of `origin` read an answer, as a gateway response states them."""
    if origin is None:
        return {}
    headers = {
        "Access-Control-Allow-Origin": f"'{origin}'",
        "Access-Control-Expose-Headers": f"'{', '.join(EXPOSED_HEADERS)}'",
    }
    return headers if origin == "*" else {**headers, "Vary": "'Origin'"}
