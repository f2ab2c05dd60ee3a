"""What API Gateway itself answers with: the same problem+json as the functions' (RFC 9457)."""

import json
from dataclasses import dataclass
from http import HTTPStatus

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.constructs.preflights import cross_origin_headers
from cdk.constructs.security_headers import security_headers


@dataclass(frozen=True, slots=True)
class GatewayError:
    """One of API Gateway's own answers."""

    response_type: apigateway.ResponseType
    status: HTTPStatus
    code: str
    detail: str
    retry_after_seconds: int | None = None


_TYPE = apigateway.ResponseType
_BAD_REQUEST = (HTTPStatus.BAD_REQUEST, "BAD_REQUEST")
_FORBIDDEN = (HTTPStatus.FORBIDDEN, "FORBIDDEN")
_NOT_FOUND = (HTTPStatus.NOT_FOUND, "NOT_FOUND")
_TOO_MANY = (HTTPStatus.TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS")
_BROKEN = (HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "Something went wrong on our side.")
_UNAVAILABLE = (HTTPStatus.SERVICE_UNAVAILABLE, "UNAVAILABLE", "The service did not answer in time. Try again soon.")
_NOT_CHECKED = (HTTPStatus.SERVICE_UNAVAILABLE, "UNAVAILABLE", "Credentials cannot be checked now. Try again soon.")
_NO_RIGHT = "These credentials do not allow this."

GATEWAY_ERRORS = (
    GatewayError(_TYPE.DEFAULT_4_XX, *_BAD_REQUEST, "The request cannot be processed."),
    GatewayError(_TYPE.BAD_REQUEST_BODY, *_BAD_REQUEST, "The body is not valid."),
    GatewayError(_TYPE.BAD_REQUEST_PARAMETERS, *_BAD_REQUEST, "A parameter is not valid."),
    GatewayError(
        _TYPE.UNAUTHORIZED, HTTPStatus.UNAUTHORIZED, "UNAUTHENTICATED", "A valid bearer token is needed for this."
    ),
    GatewayError(_TYPE.ACCESS_DENIED, *_FORBIDDEN, _NO_RIGHT),
    GatewayError(_TYPE.EXPIRED_TOKEN, *_FORBIDDEN, _NO_RIGHT),
    GatewayError(_TYPE.INVALID_API_KEY, *_FORBIDDEN, _NO_RIGHT),
    GatewayError(_TYPE.INVALID_SIGNATURE, *_FORBIDDEN, _NO_RIGHT),
    GatewayError(_TYPE.WAF_FILTERED, *_FORBIDDEN, "The request was refused."),
    # What API Gateway calls a missing token is a path or method that it does not know.
    GatewayError(_TYPE.MISSING_AUTHENTICATION_TOKEN, *_NOT_FOUND, "There is nothing here."),
    GatewayError(_TYPE.RESOURCE_NOT_FOUND, *_NOT_FOUND, "There is nothing here."),
    GatewayError(
        _TYPE.REQUEST_TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "PAYLOAD_TOO_LARGE", "The body is too large."
    ),
    GatewayError(
        _TYPE.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "The body must be application/json.",
    ),
    GatewayError(_TYPE.THROTTLED, *_TOO_MANY, "Too many requests. Try again soon.", retry_after_seconds=1),
    GatewayError(_TYPE.QUOTA_EXCEEDED, *_TOO_MANY, "The quota is used up. Try again later.", retry_after_seconds=3600),
    GatewayError(_TYPE.DEFAULT_5_XX, *_BROKEN),
    GatewayError(_TYPE.API_CONFIGURATION_ERROR, *_BROKEN),
    # An API key is looked up: as elsewhere, a database that is away is to be waited for.
    GatewayError(_TYPE.AUTHORIZER_CONFIGURATION_ERROR, *_NOT_CHECKED, retry_after_seconds=5),
    GatewayError(_TYPE.AUTHORIZER_FAILURE, *_NOT_CHECKED, retry_after_seconds=5),
    GatewayError(_TYPE.INTEGRATION_FAILURE, *_UNAVAILABLE, retry_after_seconds=2),
    GatewayError(_TYPE.INTEGRATION_TIMEOUT, *_UNAVAILABLE, retry_after_seconds=2),
)


def add_gateway_errors(scope: Construct, api: apigateway.IRestApi, *, origin: str | None) -> None:
    """Give the API an answer of its own for everything that goes wrong before or behind a function.

    origin: whose pages may read it in a browser.
    """
    for error in GATEWAY_ERRORS:
        name = error.response_type.response_type
        headers = {
            "X-Request-Id": "context.requestId",
            "Content-Type": "'application/problem+json'",
            "Cache-Control": "'no-store'",
            **security_headers(),
            **cross_origin_headers(origin),
        }
        if error.retry_after_seconds is not None:
            headers["Retry-After"] = f"'{error.retry_after_seconds}'"
        if error.status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "'Bearer'"
        apigateway.GatewayResponse(
            scope,
            name.title().replace("_", ""),
            rest_api=api,
            type=error.response_type,
            status_code=str(error.status.value),
            response_headers=headers,
            templates={"application/json": _body(error)},
        )


def _body(error: GatewayError) -> str:
    return json.dumps(
        {
            "type": f"urn:pickvs:problem:{error.code.lower().replace('_', '-')}",
            "title": error.status.phrase,
            "status": error.status.value,
            "detail": error.detail,
            "code": error.code,
            "request_id": "$context.requestId",
            "errors": [],
        }
    )
