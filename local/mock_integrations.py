"""MOCK integrations: methods that API Gateway answers itself.

The request template sets the status of the simulated backend. The integration response whose pattern matches that
status, or else the one without a pattern, determines the response to the client.
https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from local.context_variables import lookup, substitute
from local.errors import LaptopError

_STATUS = re.compile(r"""["']?statusCode["']?\s*:\s*["']?(\d{3})\b""")
_CONTEXT = "context."
_HEADER = "method.response.header."
_CONTENT_TYPE = "application/json"


class MockRefusedError(Exception):
    """The integration has no response to this request; API Gateway answers 500."""


@dataclass(frozen=True, slots=True)
class MockResponse:
    """One integration response."""

    pattern: str | None
    """Pattern of the backend statuses that this response is for; None marks the default response."""
    status: int
    headers: Mapping[str, str]
    """Values by header, as the template maps them: `'static'`, or `context.name`."""
    templates: Mapping[str, str]
    """Response bodies by content type; they may contain `$context` variables."""


@dataclass(frozen=True, slots=True)
class MockIntegration:
    """A method that the gateway answers itself."""

    request_templates: Mapping[str, str]
    """Templates by the request's content type: a JSON object with the backend's `statusCode`."""
    responses: tuple[MockResponse, ...]

    def answer(self, content_type: str | None, context: Mapping[str, Any]) -> Response:
        """Return the response to a request. `context` holds the `$context` variables. Raises MockRefusedError."""
        media_type = (content_type or _CONTENT_TYPE).partition(";")[0].strip().lower()
        template = self.request_templates.get(media_type)
        found = template and _STATUS.search(substitute(template, context))
        if not found:
            raise MockRefusedError(f"no request template for {media_type} sets a statusCode")
        chosen = self._response(found[1])
        name, body = next(iter(chosen.templates.items()), (_CONTENT_TYPE, ""))
        response = Response(substitute(body, context), status=chosen.status, content_type=name)
        for header, value in chosen.headers.items():
            is_static = value.startswith("'")
            response.headers[header] = value[1:-1] if is_static else str(lookup(context, value.removeprefix(_CONTEXT)))
        return response

    def _response(self, status: str) -> MockResponse:
        matching = [each for each in self.responses if each.pattern and re.fullmatch(each.pattern, status)]
        others = [each for each in self.responses if not each.pattern]
        if not matching and not others:
            raise MockRefusedError(f"no integration response for the status {status}")
        return (matching or others)[0]


def read_mock(name: str, method: Mapping[str, Any]) -> MockIntegration:
    """Return the MOCK integration of a method. Raises LaptopError for unsupported or undeclared parts."""
    integration = method["Integration"]
    declared = {
        int(response["StatusCode"]): response.get("ResponseParameters", {})
        for response in method.get("MethodResponses", [])
    }
    return MockIntegration(
        request_templates=integration.get("RequestTemplates", {}),
        responses=tuple(_response(name, each, declared) for each in integration.get("IntegrationResponses", [])),
    )


def _response(name: str, response: Mapping[str, Any], declared: Mapping[int, Mapping[str, Any]]) -> MockResponse:
    status = int(response["StatusCode"])
    parameters: Mapping[str, str] = response.get("ResponseParameters", {})
    if status not in declared or not parameters.keys() <= declared[status].keys():
        raise LaptopError(f"{name} answers {status} with what its method responses do not declare")
    for parameter, value in parameters.items():
        is_static = value.startswith("'") and value.endswith("'")
        if not parameter.startswith(_HEADER) or not (is_static or value.startswith(_CONTEXT)):
            raise LaptopError(f"{name} maps {parameter} from {value}, which the laptop cloud does not support")
    return MockResponse(
        pattern=response.get("SelectionPattern"),
        status=status,
        headers={parameter.removeprefix(_HEADER): value for parameter, value in parameters.items()},
        templates=response.get("ResponseTemplates", {}),
    )
