"""The HTTP API, read from the API Gateway resources of a deployment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.blueprint import function_arn
from local.deployment import Deployment, Resource
from local.errors import LaptopError
from local.mock_integrations import MockIntegration, read_mock

_FUNCTION_URI = re.compile(r":lambda:path/[^/]+/functions/([^/]+)/invocations$")
_KIND = "AWS::ApiGateway::"


@dataclass(frozen=True, slots=True)
class Throttle:
    """The limits of a token bucket: requests per second, and the burst size."""

    rate: float
    burst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizerSpec:
    """A Lambda authorizer."""

    kind: str
    """`REQUEST` or `TOKEN`."""
    function: str
    identity_sources: tuple[str, ...]
    """Parts of the request that carry the credentials, e.g. `method.request.header.Authorization`."""
    cache_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method of one path."""

    resource: str
    """The path below the stage, with `{name}` for parameters."""
    resource_id: str
    method: str
    """An HTTP method, or `ANY`."""
    operation: str | None
    answered_by: str | MockIntegration
    """The ARN of a function, or a mock integration that the gateway answers itself."""
    timeout: float
    """Seconds that the gateway waits for the function."""
    authorizer: AuthorizerSpec | None
    throttle: Throttle | None


@dataclass(frozen=True, slots=True)
class GatewayResponseSpec:
    """The gateway's response to one kind of error."""

    status: int | None
    headers: Mapping[str, str]
    templates: Mapping[str, str]
    """Response bodies by content type; they may contain `$context` variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSpec:
    """The REST API and its one stage."""

    api_id: str
    stage: str
    stage_variables: Mapping[str, str] | None
    routes: tuple[Route, ...]
    gateway_responses: Mapping[str, GatewayResponseSpec]
    binary_types: tuple[str, ...]
    access_log_format: str | None


def read_api(deployment: Deployment) -> ApiSpec:
    """Return the REST API of `deployment`.

    Raises LaptopError if the deployment does not have exactly one API with one stage, or uses unsupported features.
    """
    apis = deployment.of_kind(f"{_KIND}RestApi")
    stages = deployment.of_kind(f"{_KIND}Stage")
    if len(apis) != 1 or len(stages) != 1:
        raise LaptopError(f"the laptop cloud serves one REST API with one stage; found {len(apis)} and {len(stages)}")
    settings: list[dict[str, Any]] = stages[0].properties.get("MethodSettings", [])
    paths = _paths(apis[0], deployment)
    authorizers = {
        authorizer.reference: _authorizer(authorizer) for authorizer in deployment.of_kind(f"{_KIND}Authorizer")
    }
    return ApiSpec(
        api_id=apis[0].reference,
        stage=stages[0].properties["StageName"],
        stage_variables=stages[0].properties.get("Variables"),
        routes=tuple(_route(method, paths, authorizers, settings) for method in deployment.of_kind(f"{_KIND}Method")),
        gateway_responses={
            response.properties["ResponseType"]: _gateway_response(response)
            for response in deployment.of_kind(f"{_KIND}GatewayResponse")
        },
        binary_types=tuple(apis[0].properties.get("BinaryMediaTypes", [])),
        access_log_format=stages[0].properties.get("AccessLogSetting", {}).get("Format"),
    )


def _paths(api: Resource, deployment: Deployment) -> dict[str, str]:
    """Return the path of each resource id."""
    resources = {resource.reference: resource.properties for resource in deployment.of_kind(f"{_KIND}Resource")}
    root = api.stack.attribute(api.logical_id, "RootResourceId")

    def path(resource_id: str) -> str:
        if resource_id == root:
            return ""
        properties = resources[resource_id]
        return f"{path(properties['ParentId'])}/{properties['PathPart']}"

    return {resource_id: path(resource_id) or "/" for resource_id in (root, *resources)}


def _route(
    method: Resource,
    paths: Mapping[str, str],
    authorizers: Mapping[str, AuthorizerSpec],
    settings: list[dict[str, Any]],
) -> Route:
    properties = method.properties
    integration = properties["Integration"]
    path = paths[properties["ResourceId"]]
    name = f"{properties['HttpMethod']} {path}"
    authorization = properties.get("AuthorizationType", "NONE")
    if authorization not in ("NONE", "CUSTOM") or properties.get("ApiKeyRequired"):
        raise LaptopError(f"{name} requires an authorization that the laptop cloud does not support: {authorization}")
    return Route(
        resource=path,
        resource_id=properties["ResourceId"],
        method=properties["HttpMethod"],
        operation=properties.get("OperationName"),
        answered_by=_answered_by(name, properties),
        timeout=integration.get("TimeoutInMillis", 29_000) / 1000,
        authorizer=authorizers[properties["AuthorizerId"]] if authorization == "CUSTOM" else None,
        throttle=_throttle(path, properties["HttpMethod"], settings),
    )


def _answered_by(name: str, method: Mapping[str, Any]) -> str | MockIntegration:
    integration = method["Integration"]
    if integration["Type"] == "MOCK":
        return read_mock(name, method)
    if integration["Type"] == "AWS_PROXY" and _FUNCTION_URI.search(integration.get("Uri", "")):
        return _invoked(integration["Uri"])
    raise LaptopError(f"{name} is answered by neither a function nor the gateway; other integrations are not supported")


def _throttle(path: str, method: str, settings: list[dict[str, Any]]) -> Throttle | None:
    """Return the limits from the most specific method setting that has any."""
    # MethodSettings encodes every slash of the path but the first as ~1.
    encoded = "/" + path.replace("/", "~1")
    for candidate in ((encoded, method), (encoded, "*"), ("/*", method), ("/*", "*")):
        for setting in settings:
            if (setting.get("ResourcePath"), setting.get("HttpMethod")) != candidate:
                continue
            if "ThrottlingRateLimit" in setting:
                rate = float(setting["ThrottlingRateLimit"])
                return Throttle(rate=rate, burst=int(setting.get("ThrottlingBurstLimit", max(1, rate))))
    return None


def _authorizer(resource: Resource) -> AuthorizerSpec:
    properties = resource.properties
    if properties["Type"] not in ("REQUEST", "TOKEN"):
        raise LaptopError(f"the authorizer {resource.logical_id} has an unsupported type: {properties['Type']}")
    return AuthorizerSpec(
        kind=properties["Type"],
        function=_invoked(properties["AuthorizerUri"]),
        identity_sources=tuple(
            source.strip() for source in properties.get("IdentitySource", "").split(",") if source.strip()
        ),
        cache_seconds=int(properties.get("AuthorizerResultTtlInSeconds", 300)),
    )


def _gateway_response(resource: Resource) -> GatewayResponseSpec:
    properties = resource.properties
    status = properties.get("StatusCode")
    return GatewayResponseSpec(
        status=None if status is None else int(status),
        headers={
            name.removeprefix("gatewayresponse.header."): value
            for name, value in properties.get("ResponseParameters", {}).items()
        },
        templates=properties.get("ResponseTemplates", {}),
    )


def _invoked(uri: str) -> str:
    match = _FUNCTION_URI.search(uri)
    if match is None:
        raise LaptopError(f"{uri} does not name a function")
    return function_arn(match[1])
