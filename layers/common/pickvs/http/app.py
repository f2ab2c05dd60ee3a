"""The app factory. An endpoint file makes one app, declares one route on it, and Lambda calls the app."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from pickvs.core import allowance, invocations, metrics, snapshots
from pickvs.core.config import settings
from pickvs.core.errors import DatabaseUnavailable, FieldError, Invalid, RequestError
from pickvs.core.logging import logger
from pickvs.core.metrics import Metric
from pickvs.http import body, caching, problems
from pickvs.http.browsers import cross_origin_headers
from pickvs.http.correlation import CORRELATION_ID_HEADER, sent_correlation_id
from pickvs.http.identity import Access, nobody, read_identity
from pickvs.http.security import SECURITY_HEADERS

REQUEST_ID_HEADER = "X-Request-Id"


class App(APIGatewayRestResolver):
    """A route table of one: validates, calls, and answers every error as a problem document with the request's id."""

    def __init__(self, access: Access, problems: Mapping[int, Collection[str]], max_age: int | None) -> None:
        self.access = access
        self.problems = problems
        self.max_age = max_age
        super().__init__(
            enable_validation=True,
            strip_prefixes=["/api"],
            json_body_deserializer=body.parse,
            # Without it, an answer of ours that is not what it promises would read as the caller's fault (422).
            response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
        )
        self._request_id = ""
        self.use(middlewares=[self._check_parameters])
        self.exception_handler(RequestError)(self._on_request_error)
        self.exception_handler(RequestValidationError)(self._on_invalid)
        self.exception_handler(DatabaseUnavailable)(self._on_database_unavailable)
        self.exception_handler(NotFoundError)(self._on_unknown_path)
        self.exception_handler(Exception)(self._on_anything_else)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one API Gateway proxy event; Lambda calls this."""
        gateway_id = (event.get("requestContext") or {}).get("requestId")
        self._request_id = str(gateway_id or getattr(context, "aws_request_id", ""))
        correlation_id = invocations.begin(
            context, request_id=self._request_id, correlation_id=sent_correlation_id(event)
        )
        allowance.take_noted()  # the request before may have ended without an answer
        try:
            self._check_access(event)
            answer = self.resolve(body.prepare(event) if self._reads_body() else {**event, "body": None}, context)
        except RequestError as error:
            answer = _proxy_answer(self._on_request_error(error))
        except Exception as error:
            answer = _proxy_answer(self._on_anything_else(error))
        headers = answer["multiValueHeaders"]
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, [value])
        if answer["statusCode"] == HTTPStatus.NO_CONTENT:
            # Powertools writes the `None` of a function as JSON's null; a 204 has no content (RFC 9110, 15.3.5).
            answer["body"] = ""
            headers.pop("Content-Type", None)
        headers[REQUEST_ID_HEADER] = [self._request_id]
        headers[CORRELATION_ID_HEADER] = [correlation_id]
        headers |= {name: [value] for name, value in self._common_headers().items()}
        if self.max_age is not None and answer["statusCode"] == HTTPStatus.OK:
            caching.let_keep(answer, event, self.max_age)
        if answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
            metrics.emit({Metric.SERVER_ERRORS: 1}, function=settings().function)
        return answer

    def _common_headers(self) -> dict[str, str]:
        """Return what every answer says, good or bad, and what is left of a limit where one was counted."""
        headers = {"Cache-Control": caching.NOT_KEPT, **cross_origin_headers(settings().web_origin)}
        left = allowance.take_noted()
        if left is not None:
            headers["X-RateLimit-Limit"] = str(left.limit)
            headers["X-RateLimit-Remaining"] = str(left.remaining)
            headers["X-RateLimit-Reset"] = str(left.reset_seconds)
        return headers

    def _check_access(self, event: dict[str, Any]) -> None:
        """Refuse who may not use this endpoint, before anything of what they sent is read."""
        identity = read_identity(event)
        if identity is not None:
            self.access.check(identity)
        elif self.access != Access():
            raise nobody()

    def _reads_body(self) -> bool:
        """Tell whether the route has a body; what is sent to another one has no meaning (RFC 9110, 9.3.1)."""
        return any(route.dependant.body_params for route in (*self._static_routes, *self._dynamic_routes))

    def _check_parameters(self, app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[Any]:
        """Refuse a query parameter that the route does not have, and one with a NUL.

        A misspelt filter must not read as no filter, and no text in the database can hold a NUL.
        """
        route = app.context["_route"]
        if route not in (*self._static_routes, *self._dynamic_routes):
            return next_middleware(app)
        known = {parameter.alias for parameter in route.dependant.query_params}
        given = app.current_event.query_string_parameters
        wrong = [_wrong_parameter(name, value, known) for name, value in sorted(given.items())]
        fields = tuple(error for error in wrong if error)
        if fields:
            raise Invalid("INVALID_VALUE", "Some query parameters are not valid; see errors.", fields)
        return next_middleware(app)

    def _on_request_error(self, error: RequestError) -> Response[str]:
        return problems.from_request_error(error, self._request_id)

    def _on_invalid(self, error: RequestValidationError) -> Response[str]:
        return problems.invalid_values(error.errors(), self._request_id)

    def _on_database_unavailable(self, error: DatabaseUnavailable) -> Response[str]:
        logger().exception("database unavailable", exc_info=error)
        return problems.unavailable(self._request_id)

    def _on_unknown_path(self, _: NotFoundError) -> Response[str]:
        detail = "There is nothing at this address."
        return problems.problem(HTTPStatus.NOT_FOUND, "NOT_FOUND", detail, request_id=self._request_id)

    def _on_anything_else(self, error: Exception) -> Response[str]:
        logger().exception("unexpected error", exc_info=error)
        return problems.internal(self._request_id)


def create_app(
    *,
    role: str | None = None,
    scopes: Collection[str] = (),
    problems: Mapping[int, Collection[str]] = MappingProxyType({}),
    max_age: int | None = None,
) -> App:
    """Return the app on which an endpoint file declares its route.

    role: only users of this role may use it. scopes: API keys with any of these may use it too, not access tokens
    alone. Neither makes a public endpoint private: that is the authorizer's part (`cdk/routes.py`). problems: the codes
    of the feature's own errors by status, for the document; those that every endpoint of its kind has are not named.
    max_age: how many seconds anybody may keep the good answers of a public GET; None for what nobody may keep.
    """
    snapshots.prepare()
    return App(Access(role, frozenset(scopes)), problems, max_age)


def _wrong_parameter(name: str, value: str, known: set[str]) -> FieldError | None:
    if name not in known:
        return FieldError(name[:100], f"unknown parameter; known are: {', '.join(sorted(known)) or 'none'}")
    return FieldError(name, "has a character that is not allowed") if "\0" in value else None


def _proxy_answer(response: Response[str]) -> dict[str, Any]:
    return {
        "statusCode": int(response.status_code),
        "multiValueHeaders": {name: [str(value)] for name, value in response.headers.items()},
        "body": response.body,
        "isBase64Encoded": False,
    }
