"""Lambda authorizers: identify the caller and evaluate the policy that the authorizer returns."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.api_blueprint import ApiSpec, AuthorizerSpec, Route
from local.context_variables import lookup
from local.environments import Outcome
from local.functions import LambdaFunction
from local.gateway_responses import (
    ACCESS_DENIED,
    AUTHORIZER_CONFIGURATION_ERROR,
    AUTHORIZER_FAILURE,
    UNAUTHORIZED,
    GatewayRefusal,
)
from local.policies import Decision, Statement, decide, read_statements
from local.proxy_events import Request, authorizer_event, method_arn

MAX_CACHED = 10_000


@dataclass(frozen=True, slots=True)
class _Grant:
    """The result of an authorizer."""

    statements: tuple[Statement, ...]
    identity: Mapping[str, Any]
    expires: float


class Authorizer:
    """One authorizer with its cache. A cached result applies to every route until it expires."""

    def __init__(
        self,
        api: ApiSpec,
        spec: AuthorizerSpec,
        function: LambdaFunction,
        *,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._spec = spec
        self._function = function
        self._say = say
        self._clock = clock
        self._lock = threading.Lock()
        self._cache: dict[tuple[str, ...], _Grant] = {}

    def authorize(
        self, route: Route, request: Request, parameters: Mapping[str, str], context: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return the `requestContext.authorizer` of the event. Raises GatewayRefusal if the request is not allowed."""
        identity = tuple(self._identity(source, request, context) for source in self._spec.identity_sources)
        if not all(identity):
            raise GatewayRefusal(UNAUTHORIZED)
        grant = self._cached(identity)
        if grant is None:
            grant = self._ask(route, request, parameters, context)
            self._remember(identity, grant)
        arn = method_arn(self._api, request)
        if decide(grant.statements, "execute-api:Invoke", arn) is not Decision.ALLOWED:
            raise GatewayRefusal(ACCESS_DENIED)
        return grant.identity

    def _identity(self, source: str, request: Request, context: Mapping[str, Any]) -> str:
        place, _, name = source.rpartition(".")
        match place:
            case "method.request.header":
                return request.header(name) or ""
            case "method.request.querystring":
                return dict(request.query_parameters).get(name, "")
            case "stageVariables":
                return (self._api.stage_variables or {}).get(name, "")
        return str(lookup(context, source.removeprefix("context.")) or "")

    def _cached(self, identity: tuple[str, ...]) -> _Grant | None:
        with self._lock:
            grant = self._cache.get(identity)
        return grant if grant is not None and grant.expires > self._clock() else None

    def _remember(self, identity: tuple[str, ...], grant: _Grant) -> None:
        if not identity or self._spec.cache_seconds == 0:
            return
        with self._lock:
            if len(self._cache) >= MAX_CACHED:
                self._cache.clear()
            self._cache[identity] = grant

    def _ask(self, route: Route, request: Request, parameters: Mapping[str, str], context: Mapping[str, Any]) -> _Grant:
        if self._spec.kind == "TOKEN":
            token = self._identity(self._spec.identity_sources[0], request, context)
            event: Mapping[str, Any] = {
                "type": "TOKEN",
                "methodArn": method_arn(self._api, request),
                "authorizationToken": token,
            }
        else:
            event = authorizer_event(self._api, route, request, parameters, context)
        outcome = self._function.invoke(json.dumps(event).encode())
        if outcome.failure is not None:
            # API Gateway answers 401 to this exact message, and 500 to any other error.
            if outcome.error.get("errorMessage") == "Unauthorized":
                raise GatewayRefusal(UNAUTHORIZED)
            self._say(f"{self._function.spec.name}: {outcome.summary}")
            raise GatewayRefusal(AUTHORIZER_FAILURE)
        return self._grant(outcome)

    def _grant(self, outcome: Outcome) -> _Grant:
        try:
            answer = json.loads(outcome.payload)
            statements = read_statements(answer["policyDocument"])
            principal = answer["principalId"]
            values = {name: _text(value) for name, value in (answer.get("context") or {}).items()}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            self._say(f"{self._function.spec.name}: its result is not a policy: {error!r}")
            raise GatewayRefusal(AUTHORIZER_CONFIGURATION_ERROR) from None
        return _Grant(
            statements=statements,
            identity={**values, "principalId": _text(principal)},
            expires=self._clock() + self._spec.cache_seconds,
        )


def _text(value: Any) -> str:
    """Return a context value as functions receive it. Raises TypeError unless it is a string, a number or a boolean."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError("a context value is neither a string, a number nor a boolean")
