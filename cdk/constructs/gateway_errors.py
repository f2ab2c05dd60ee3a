"""API Gateway's own error answers. They are problem+json (RFC 9457), like those of the functions."""

import json
from dataclasses import dataclass
from http import HTTPStatus

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.constructs.preflights import cross_origin_headers
from cdk.constructs.security_headers import security_headers


@dataclass(frozen=True, slots=True)
class GatewayError:
    """Error answer of API Gateway itself."""

    response_type: apigateway.ResponseType
    status: HTTPStatus
    code: str
    detail: str
    retry_after_seconds: int | None = None


_TYPE = apigateway.ResponseType
_BAD_REQUEST = (HTTPStatus.BAD_REQUEST, "BAD_REQUEST")
_FORBIDDEN = (HTTPStatus.FORBIDDEN, "FORBIDDEN")
_NOT_FOUND = (HTTPStatus.NOT_FOUND, "NOT_FOUND")
_TOO_MANY = (HTTPStatus.TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS")  # also the code of the functions' own limits
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
    # API Gateway reports an unknown path or method as a missing token.
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
    # The authorizer looks up API keys. As elsewhere, clients should retry while the database is unavailable.
    GatewayError(_TYPE.AUTHORIZER_CONFIGURATION_ERROR, *_NOT_CHECKED, retry_after_seconds=5),
    GatewayError(_TYPE.AUTHORIZER_FAILURE, *_NOT_CHECKED, retry_after_seconds=5),
    GatewayError(_TYPE.INTEGRATION_FAILURE, *_UNAVAILABLE, retry_after_seconds=2),
    GatewayError(_TYPE.INTEGRATION_TIMEOUT, *_UNAVAILABLE, retry_after_seconds=2),
)


def add_gateway_errors(scope: Construct, api: apigateway.IRestApi, *, origin: str | None) -> None:
    """Define the API's answers to all errors that occur outside a function.

    `origin`: the origin whose pages may read them in a browser.
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
            templates={"application/json": problem_body(error)},
        )


def too_many_requests(*, retry_after_seconds: int) -> GatewayError:
    """Return the answer of a part in front of the gateway that limits requests."""
    detail = "Too many requests. Try again later."
    return GatewayError(_TYPE.WAF_FILTERED, *_TOO_MANY, detail, retry_after_seconds)


_GONE = GatewayError(_TYPE.DEFAULT_4_XX, HTTPStatus.GONE, "GONE", "This operation has been retired.")


def gone(origin: str | None) -> apigateway.Integration:
    """Return the integration of a retired method: it answers 410 and invokes no function.

    `origin`: the origin whose pages may read the answer in a browser.
    """
    return apigateway.MockIntegration(
        request_templates={"application/json": '{"statusCode": 410}'},
        passthrough_behavior=apigateway.PassthroughBehavior.NEVER,
        integration_responses=[
            apigateway.IntegrationResponse(
                status_code=str(_GONE.status.value),
                response_parameters=_gone_headers(origin),
                response_templates={"application/json": problem_body(_GONE)},
            )
        ],
    )


def gone_declared(origin: str | None) -> apigateway.MethodResponse:
    """Return the declared answer of a retired method. API Gateway rejects headers that are not declared."""
    return apigateway.MethodResponse(
        status_code=str(_GONE.status.value), response_parameters=dict.fromkeys(_gone_headers(origin), True)
    )


def _gone_headers(origin: str | None) -> dict[str, str]:
    headers = {
        "X-Request-Id": "context.requestId",
        "Content-Type": "'application/problem+json'",
        "Cache-Control": "'no-store'",
        **security_headers(),
        **cross_origin_headers(origin),
    }
    return {f"method.response.header.{name}": value for name, value in headers.items()}


def problem_body(error: GatewayError, *, request_id: str = "$context.requestId") -> str:
    """Return the problem document of an error. By default, the gateway fills in the request's id."""
    return json.dumps(
        {
            "type": f"urn:pickvs:problem:{error.code.lower().replace('_', '-')}",
            "title": error.status.phrase,
            "status": error.status.value,
            "detail": error.detail,
            "code": error.code,
            "request_id": request_id,
            "errors": [],
        }
    )
