"""App factory. An endpoint file creates one app and declares one route on it; Lambda calls the app."""

from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from pickvs.core import allowance, invocations, snapshots
from pickvs.core.config import settings
from pickvs.core.errors import DatabaseUnavailable, RequestError
from pickvs.core.logging import logger
from pickvs.http import caching, problems
from pickvs.http.answers import JSON, Answer
from pickvs.http.browsers import cross_origin_headers
from pickvs.http.config import web_origin
from pickvs.http.correlation import CORRELATION_ID_HEADER, sent_correlation_id
from pickvs.http.identity import Access, nobody, read_identity
from pickvs.http.routes import Endpoint, Event, Route
from pickvs.http.security import SECURITY_HEADERS

REQUEST_ID_HEADER = "X-Request-Id"

_BASE_PATH = "/api/"

type Admit = Callable[[Event], None]
"""Counts a request, and raises TooManyRequests if it is one too many."""


class App:
    """A Lambda handler with one route.

    Validates the request, calls the endpoint, and returns errors as problem documents. Every response has the request
    id and the security headers, and the correlation id if no cache may keep it.
    """

    def __init__(
        self,
        access: Access,
        problems: Mapping[int, Collection[str]],
        max_age: int | None,
        admit: Admit | None,
        *,
        versioned: bool = False,
    ) -> None:
        self.access = access
        self.problems = problems
        self.max_age = max_age
        self.admit = admit
        self.versioned = versioned
        self.routes: list[Route] = []
        self._request_id = ""
        self._answer_max_age: int | None = None

    def get(self, path: str, *, responses: Mapping[int, Any] | None = None) -> Callable[[Endpoint], Endpoint]:
        """Declare the function for GET on a path such as `/picks/<pick_id>`. See Route."""
        return self._route("GET", path, HTTPStatus.OK, responses)

    def post(self, path: str, *, status_code: int = HTTPStatus.OK) -> Callable[[Endpoint], Endpoint]:
        """Declare the function for POST."""
        return self._route("POST", path, status_code)

    def put(self, path: str, *, status_code: int = HTTPStatus.OK) -> Callable[[Endpoint], Endpoint]:
        """Declare the function for PUT."""
        return self._route("PUT", path, status_code)

    def patch(self, path: str, *, status_code: int = HTTPStatus.OK) -> Callable[[Endpoint], Endpoint]:
        """Declare the function for PATCH."""
        return self._route("PATCH", path, status_code)

    def delete(self, path: str, *, status_code: int = HTTPStatus.OK) -> Callable[[Endpoint], Endpoint]:
        """Declare the function for DELETE."""
        return self._route("DELETE", path, status_code)

    def _route(
        self, method: str, path: str, status: int, responses: Mapping[int, Any] | None = None
    ) -> Callable[[Endpoint], Endpoint]:
        def declare(function: Endpoint) -> Endpoint:
            self.routes.append(Route(method, path, function, int(status), responses))
            return function

        return declare

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Handle one API Gateway proxy event. Lambda calls this."""
        gateway_id = (event.get("requestContext") or {}).get("requestId")
        self._request_id = str(gateway_id or getattr(context, "aws_request_id", ""))
        correlation_id = invocations.begin(
            context, request_id=self._request_id, correlation_id=sent_correlation_id(event)
        )
        allowance.take_noted()  # the previous request may have ended without a response
        self._answer_max_age = None
        answer = self._answer(event)
        headers = answer["multiValueHeaders"]
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, [value])
        headers[REQUEST_ID_HEADER] = [self._request_id]
        headers |= {name: [value] for name, value in self._common_headers().items()}
        if self.max_age is not None and answer["statusCode"] == HTTPStatus.OK:
            caching.let_keep(answer, event, self.max_age if self._answer_max_age is None else self._answer_max_age)
        elif self.versioned and "ETag" in headers:
            caching.let_reader_keep(answer, self._answer_max_age or 0)
        else:  # a cache would show one caller's id to others
            headers[CORRELATION_ID_HEADER] = [correlation_id]
        if answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _count_server_error()
        return answer

    def _answer(self, event: Event) -> dict[str, Any]:
        """Return the endpoint's response in the gateway's format. Converts every exception to a problem document."""
        try:
            self._check_access(event)
            return self._called(event).to_proxy()
        except RequestError as error:
            problem = problems.from_request_error(error, self._request_id)
        except DatabaseUnavailable as error:
            logger().exception("database unavailable", exc_info=error)
            problem = problems.unavailable(self._request_id)
        except Exception as error:
            logger().exception("unexpected error", exc_info=error)
            problem = problems.internal(self._request_id)
        return problem.to_proxy()

    def _called(self, event: Event) -> Answer[Any]:
        path = "/" + event["path"].removeprefix(_BASE_PATH).strip("/")
        for route in self.routes:
            texts = route.matches(event["httpMethod"], path)
            if texts is not None:
                if self.admit is not None:
                    self.admit(event)
                answer = route.call(event, texts)
                if not isinstance(answer, Answer):
                    return Answer(route.status, JSON, answer)
                self._answer_max_age = answer.max_age
                return answer
        return problems.unknown_path(self._request_id)

    def _common_headers(self) -> dict[str, str]:
        """Return the headers common to all responses, and the rate-limit headers if a limit was counted."""
        headers = {"Cache-Control": caching.NOT_KEPT, **cross_origin_headers(web_origin())}
        left = allowance.take_noted()
        if left is not None:
            headers["X-RateLimit-Limit"] = str(left.limit)
            headers["X-RateLimit-Remaining"] = str(left.remaining)
            headers["X-RateLimit-Reset"] = str(left.reset_seconds)
        return headers

    def _check_access(self, event: Event) -> None:
        """Reject unauthorized callers before parsing the request. Raises Unauthenticated or Forbidden."""
        identity = read_identity(event)
        if identity is not None:
            self.access.check(identity)
        elif self.access != Access():
            raise nobody()


def _count_server_error() -> None:
    from pickvs.core.metrics import emit
    from pickvs.http.metrics import SERVER_ERRORS

    emit({SERVER_ERRORS: 1}, function=settings().function)


def create_app(
    *,
    role: str | None = None,
    scopes: Collection[str] = (),
    problems: Mapping[int, Collection[str]] = MappingProxyType({}),
    max_age: int | None = None,
    admit: Admit | None = None,
    versioned: bool = False,
) -> App:
    """Return the app on which an endpoint file declares its route.

    role: the role that users must have. scopes: API keys with any of these scopes are accepted, in addition to access
    tokens. Neither makes a public endpoint private, which is up to the authorizer (`cdk/routes`). problems: codes of
    the endpoint's own errors by status, for the OpenAPI document; codes common to its kind of endpoint are added there.
    max_age: seconds for which successful responses of a public GET may be cached, unless an answer states another time;
    None disables caching. admit: counts the request before anything of it is read, so that one that cannot be read
    counts as well. versioned: the answers of a GET are made by `pickvs.http.versions`, and only who asks may keep them.
    """
    snapshots.prepare("pickvs.http.metrics")
    return App(Access(role, frozenset(scopes)), problems, max_age, admit, versioned=versioned)
