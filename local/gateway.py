"""The REST API in front of the functions: routes, throttling, authorizers, integrations and gateway errors."""

import json
import re
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_input_stream

from local.api_blueprint import ApiSpec, AuthorizerSpec, Route
from local.authorizers import Authorizer
from local.clocks import REAL, Clock
from local.context_variables import substitute
from local.environments import Failure
from local.function_logs import LogFile
from local.functions import Functions
from local.gateway_responses import (
    BAD_REQUEST,
    HEADERS_TOO_LARGE,
    INTEGRATION_TIMEOUT,
    INTERNAL_ERROR,
    MALFORMED_RESPONSE,
    MISSING_AUTHENTICATION_TOKEN,
    REQUEST_TOO_LARGE,
    THROTTLED,
    GatewayError,
    GatewayRefusal,
    GatewayResponses,
)
from local.http_server import HEADERS, TARGET, Handler
from local.mock_integrations import MockRefusedError
from local.proxy_events import Request, accepts_binary, proxy_event, request_context
from local.proxy_responses import MalformedResponseError, http_response
from local.routing import Router
from local.throttle import TokenBucket

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_HEADER_BYTES = 10_240

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(slots=True)
class _Exchange:
    """A request and the state of its processing."""

    request: Request
    context: dict[str, Any]
    began: float = field(default_factory=time.monotonic)
    integration_ms: int | None = None
    error: GatewayError | None = None


class Gateway:
    """A WSGI application. `say` receives one line for each failure that the operator should investigate.

    Raises LaptopError if a route's function does not run here.
    """

    def __init__(
        self,
        api: ApiSpec,
        functions: Functions,
        *,
        access_log: LogFile,
        say: Callable[[str], None],
        clock: Clock = REAL,
    ) -> None:
        self._api = api
        self._clock = clock
        self._functions = {
            route.answered_by: functions.by_arn(route.answered_by)
            for route in api.routes
            if isinstance(route.answered_by, str)
        }
        self._access_log = access_log
        self._say = say
        self._router = Router(api.routes)
        self._buckets = {
            (route.method, route.resource): TokenBucket(route.throttle, clock.monotonic)
            for route in api.routes
            if route.throttle
        }
        self._authorizers: dict[AuthorizerSpec, Authorizer] = {
            route.authorizer: Authorizer(
                api, route.authorizer, functions.by_arn(route.authorizer.function), say=say, clock=clock.monotonic
            )
            for route in api.routes
            if route.authorizer
        }
        self._responses = GatewayResponses(api.gateway_responses)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle one request."""
        request = self._request(environ)
        exchange = _Exchange(request, request_context(self._api, None, request))
        try:
            response = self._answer(exchange, environ)
        except GatewayRefusal as refusal:
            response = self._refuse(exchange, refusal.error)
        except Exception:
            self._say(f"the gateway failed: {traceback.format_exc()}")
            response = self._refuse(exchange, INTERNAL_ERROR)
        response.headers.setdefault("x-amzn-RequestId", request.request_id)
        self._log(exchange, response)
        return response(environ, start_response)

    def protocol_error(self, error: GatewayError, source_ip: str) -> Response:
        """Return the response to a request that is not valid HTTP."""
        request = Request(
            method="-",
            full_path="-",
            path="",
            query="",
            headers=[],
            body=b"",
            source_ip=source_ip,
            port=0,
            protocol="HTTP/1.1",
            received=self._clock.now(),
        )
        exchange = _Exchange(request, request_context(self._api, None, request))
        response = self._refuse(exchange, error)
        self._log(exchange, response)
        return response

    def _answer(self, exchange: _Exchange, environ: "WSGIEnvironment") -> Response:
        request = exchange.request
        if sum(len(name) + len(value) for name, value in request.headers) > MAX_HEADER_BYTES:
            raise GatewayRefusal(HEADERS_TOO_LARGE)
        request = exchange.request = replace(request, body=_read_body(environ))
        path = request.full_path
        if _BAD_ESCAPE.search(path) or not path.isascii() or not path.isprintable():
            raise GatewayRefusal(BAD_REQUEST)
        found = self._router.match(request.method, request.path) if request.path else None
        if found is None:
            raise GatewayRefusal(MISSING_AUTHENTICATION_TOKEN)
        route, parameters = found
        exchange.context = request_context(self._api, route, request)
        bucket = self._buckets.get((route.method, route.resource))
        if bucket is not None and not bucket.take():
            raise GatewayRefusal(THROTTLED)
        if route.authorizer is not None:
            exchange.context["authorizer"] = self._authorizers[route.authorizer].authorize(
                route, request, parameters, exchange.context
            )
        if isinstance(route.answered_by, str):
            return self._invoke(exchange, route, route.answered_by, parameters)
        try:
            return route.answered_by.answer(request.header("Content-Type"), exchange.context)
        except MockRefusedError as error:
            self._say(f"{route.method} {route.resource}: {error}")
            raise GatewayRefusal(INTERNAL_ERROR) from None

    def _invoke(self, exchange: _Exchange, route: Route, arn: str, parameters: Mapping[str, str]) -> Response:
        request = exchange.request
        event = proxy_event(self._api, route, request, parameters, exchange.context)
        function = self._functions[arn]
        began = time.monotonic()
        try:
            outcome = function.submit(json.dumps(event).encode()).result(route.timeout)
        except TimeoutError:
            self._say(f"{function.spec.name}: no answer within the gateway's {route.timeout:g} s")
            raise GatewayRefusal(INTEGRATION_TIMEOUT) from None
        finally:
            exchange.integration_ms = round((time.monotonic() - began) * 1000)
        if outcome.failure is not None:
            self._say(f"{function.spec.name}: {outcome.summary}")
            raise GatewayRefusal(_ERRORS.get(outcome.failure, MALFORMED_RESPONSE))
        try:
            return http_response(outcome.payload, decode_base64=accepts_binary(self._api, request.header("Accept")))
        except MalformedResponseError as error:
            self._say(f"{function.spec.name}: its result is not an HTTP response: {error}")
            raise GatewayRefusal(MALFORMED_RESPONSE) from None

    def _refuse(self, exchange: _Exchange, error: GatewayError) -> Response:
        exchange.error = error
        return self._responses.render(error, exchange.context, exchange.request.header("Accept") or "")

    def _request(self, environ: "WSGIEnvironment") -> Request:
        target = environ[TARGET].partition("#")[0]
        if not target.startswith("/"):
            # The absolute form of the target, which clients send to a proxy.
            target = "/" + target.partition("://")[2].partition("/")[2]
        path, _, query = target.partition("?")
        stage, _, below = path.lstrip("/").partition("/")
        return Request(
            method=environ["REQUEST_METHOD"],
            full_path=path,
            path="/" + below.lstrip("/") if stage == self._api.stage else "",
            query=query,
            headers=environ[HEADERS],
            body=b"",
            source_ip=environ["REMOTE_ADDR"],
            port=int(environ["SERVER_PORT"]),
            protocol=environ["SERVER_PROTOCOL"],
            received=self._clock.now(),
        )

    def _log(self, exchange: _Exchange, response: Response) -> None:
        if self._api.access_log_format is None:
            return
        variables = {
            **exchange.context,
            "status": response.status_code,
            "responseLength": response.content_length or 0,
            "responseLatency": round((time.monotonic() - exchange.began) * 1000),
            "integrationLatency": exchange.integration_ms,
            "error": None if exchange.error is None else {"responseType": exchange.error.response_type},
        }
        self._access_log.write("[api]", substitute(self._api.access_log_format, variables))


_ERRORS = {
    Failure.TIMED_OUT: INTEGRATION_TIMEOUT,
    Failure.THROTTLED: THROTTLED,
    Failure.TOO_LARGE: REQUEST_TOO_LARGE,
}
"""Gateway error for each failure of an integration; MALFORMED_RESPONSE stands for the others."""


def _read_body(environ: "WSGIEnvironment") -> bytes:
    """Return the body. Raises GatewayRefusal if it is too large or contradicts its headers."""
    length = environ.get("CONTENT_LENGTH", "")
    encoding = environ.get("HTTP_TRANSFER_ENCODING", "").strip().lower()
    if (length and (encoding or not length.isdecimal())) or encoding not in ("", "chunked"):
        raise GatewayRefusal(BAD_REQUEST)
    try:
        return get_input_stream(environ, max_content_length=MAX_BODY_BYTES).read()
    except RequestEntityTooLarge:
        raise GatewayRefusal(REQUEST_TOO_LARGE) from None
    except (BadRequest, OSError, ValueError):
        # The client disconnected, or the chunked encoding is invalid.
        raise GatewayRefusal(BAD_REQUEST) from None


class GatewayHandler(Handler):
    """Answers invalid HTTP requests with the gateway's error format."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send the error response and close the connection."""
        gateway = cast("Gateway", self.server.app)
        too_large = (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, HTTPStatus.REQUEST_URI_TOO_LONG)
        error = HEADERS_TOO_LARGE if code in too_large else BAD_REQUEST
        response = gateway.protocol_error(error, self.client_address[0])
        self.request_version = "HTTP/1.1"
        self.send_response(response.status_code)
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.get_data())
