"""The events that a REST API sends to functions: Lambda proxy integration, payload version 1.0.

Every field matches recordings from AWS. Paths and path parameters stay percent-encoded, query parameters are decoded,
and all header names but two keep their spelling.
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from local.api_blueprint import ApiSpec, Route
from local.assembly import ACCOUNT, REGION

_RESPELLED = {"authorization": "Authorization", "user-agent": "User-Agent"}
_DROPPED = frozenset({"connection", "content-length", "expect", "keep-alive", "te", "transfer-encoding", "upgrade"})
_IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request."""

    method: str
    full_path: str
    """The path with the stage, percent-encoded as the client sent it."""
    path: str
    """The path below the stage; empty if the request is for another stage."""
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source_ip: str
    port: int
    protocol: str
    received: datetime = field(default_factory=lambda: datetime.now(UTC))
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def header(self, name: str) -> str | None:
        """Return the last value of a header, or None. Names are case-insensitive."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name.lower()), None)

    @property
    def query_parameters(self) -> list[tuple[str, str]]:
        """The decoded query parameters, in order."""
        return parse_qsl(self.query, keep_blank_values=True)


def request_context(api: ApiSpec, route: Route | None, request: Request) -> dict[str, Any]:
    """Return the `$context` variables, which functions receive as `requestContext`."""
    context: dict[str, Any] = {
        "accountId": ACCOUNT,
        "apiId": api.api_id,
        "deploymentId": "local",
        "domainName": request.header("Host") or "",
        "domainPrefix": (request.header("Host") or "").split(".")[0].split(":")[0],
        "extendedRequestId": base64.b64encode(secrets.token_bytes(11)).decode(),
        "httpMethod": request.method,
        "identity": {
            **dict.fromkeys(_IDENTITY),
            "sourceIp": request.source_ip,
            "userAgent": request.header("User-Agent"),
        },
        "path": request.full_path,
        "protocol": request.protocol,
        "requestId": request.request_id,
        "requestTime": request.received.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(request.received.timestamp() * 1000),
        "stage": api.stage,
    }
    if route is not None:
        context |= {"resourceId": route.resource_id, "resourcePath": route.resource}
    return context


def proxy_event(
    api: ApiSpec, route: Route, request: Request, parameters: Mapping[str, str], context: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the event for the function behind `route`."""
    binary = _matches(api.binary_types, request.header("Content-Type") or "")
    body = base64.b64encode(request.body).decode() if binary else request.body.decode("utf-8", "replace")
    return {
        **_described(api, route, request, parameters),
        "requestContext": context,
        "body": body or None,
        "isBase64Encoded": binary and bool(body),
    }


def authorizer_event(
    api: ApiSpec, route: Route, request: Request, parameters: Mapping[str, str], context: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the event for a REQUEST authorizer of `route`."""
    return {
        "type": "REQUEST",
        "methodArn": method_arn(api, request),
        **_described(api, route, request, parameters),
        "requestContext": context,
    }


def method_arn(api: ApiSpec, request: Request) -> str:
    """Return the ARN that stands for the request in policies."""
    return f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.api_id}/{api.stage}/{request.method}{request.path}"


def accepts_binary(api: ApiSpec, accept: str | None) -> bool:
    """Return whether to decode a Base64 body for a client that sends `accept`. Only its first media type counts."""
    return _matches(api.binary_types, (accept or "*/*").partition(",")[0])


def _described(api: ApiSpec, route: Route, request: Request, parameters: Mapping[str, str]) -> dict[str, Any]:
    headers = _grouped(
        [
            *(
                (_RESPELLED.get(name.lower(), name), value)
                for name, value in request.headers
                if name.lower() not in _DROPPED
            ),
            ("X-Forwarded-For", request.source_ip),
            ("X-Forwarded-Port", str(request.port)),
            ("X-Forwarded-Proto", "http"),
        ]
    )
    query = _grouped(request.query_parameters)
    return {
        "resource": route.resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(parameters) or None,
        "stageVariables": api.stage_variables,
    }


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Group the values by name. Names are case-insensitive; the first spelling is kept."""
    spelling: dict[str, str] = {}
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(spelling.setdefault(name.lower(), name), []).append(value)
    return grouped


def _matches(media_types: Iterable[str], value: str) -> bool:
    media_type = value.partition(";")[0].strip().lower()
    kinds = {media_type, f"{media_type.partition('/')[0]}/*", "*/*"}
    return any(known.lower() in kinds for known in media_types)
