"""API Gateway's own error responses, with the bodies and headers that the template sets for them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from local.api_blueprint import GatewayResponseSpec
from local.context_variables import lookup, substitute

_DEFAULT_TEMPLATES = {"application/json": '{"message":$context.error.messageString}'}
_PLAIN = GatewayResponseSpec(status=None, headers={}, templates={})


@dataclass(frozen=True, slots=True)
class GatewayError:
    """One kind of error, with its default status and message."""

    response_type: str
    status: int
    message: str | None


ACCESS_DENIED = GatewayError("ACCESS_DENIED", 403, "User is not authorized to access this resource")
AUTHORIZER_CONFIGURATION_ERROR = GatewayError("AUTHORIZER_CONFIGURATION_ERROR", 500, None)
AUTHORIZER_FAILURE = GatewayError("AUTHORIZER_FAILURE", 500, None)
BAD_REQUEST = GatewayError("DEFAULT_4XX", 400, "Bad Request")
HEADERS_TOO_LARGE = GatewayError("DEFAULT_4XX", 431, "Request Header Fields Too Large")
INTEGRATION_TIMEOUT = GatewayError("INTEGRATION_TIMEOUT", 504, "Endpoint request timed out")
INTERNAL_ERROR = GatewayError("DEFAULT_5XX", 500, "Internal server error")
MALFORMED_RESPONSE = GatewayError("DEFAULT_5XX", 502, "Internal server error")
MISSING_AUTHENTICATION_TOKEN = GatewayError("MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token")
REQUEST_TOO_LARGE = GatewayError("REQUEST_TOO_LARGE", 413, "Request Too Long")
THROTTLED = GatewayError("THROTTLED", 429, "Too Many Requests")
UNAUTHORIZED = GatewayError("UNAUTHORIZED", 401, "Unauthorized")


class GatewayRefusal(Exception):
    """The gateway refuses the request with an error response of its own."""

    def __init__(self, error: GatewayError) -> None:
        super().__init__(error.response_type)
        self.error = error


@dataclass(frozen=True, slots=True)
class GatewayResponses:
    """Renders the gateway's error responses as the template describes them."""

    specs: Mapping[str, GatewayResponseSpec]

    def render(self, error: GatewayError, context: Mapping[str, Any], accept: str = "") -> Response:
        """Return the response for `error`. `context` holds the `$context` variables."""
        variables = {
            **context,
            "error": {
                "message": error.message or "",
                "messageString": json.dumps(error.message),
                "responseType": error.response_type,
                "validationErrorString": "",
            },
        }
        default = "DEFAULT_5XX" if error.status >= 500 else "DEFAULT_4XX"  # noqa: PLR2004 - HTTP's classes
        spec = self.specs.get(error.response_type) or self.specs.get(default) or _PLAIN
        templates = spec.templates or _DEFAULT_TEMPLATES
        content_type = next((name for name in templates if name in accept), next(iter(templates)))
        response = Response(
            substitute(templates[content_type], variables),
            status=spec.status or error.status,
            content_type=content_type,
        )
        for name, value in spec.headers.items():
            text = _header(value, variables)
            if text is not None:
                response.headers[name] = text
        return response


def _header(value: str, context: Mapping[str, Any]) -> str | None:
    """Return a header's value: a literal in single quotes, or the value of a context variable."""
    if value.startswith("'") and value.endswith("'"):
        return value[1:-1]
    found = lookup(context, value.removeprefix("context."))
    # A line break would start another header.
    return None if found is None else str(found).replace("\r", "").replace("\n", "")
