"""The application factory, the authenticated user, and the headers of every response."""

# mypy: disable-error-code="import-not-found, untyped-decorator, no-any-return"

import base64
import hashlib
import uuid
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request

from .problems import Problem, add_problems

_ALWAYS = [
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"access-control-allow-origin", b"*"),
]

Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=512)]


@dataclass(frozen=True, slots=True)
class User:
    """The user that the gateway's authorizer has verified."""

    id: int
    username: str


async def current_user(request: Request) -> User:
    """Return the authenticated user, from the authorizer's context on Lambda or the gateway's headers on a server."""
    context = (request.scope.get("aws.event") or {}).get("requestContext", {}).get("authorizer")
    if context:
        return User(int(context["user_id"]), context["username"])
    user_id = request.headers.get("x-user-id")
    if user_id is None:
        raise Problem(401, "UNAUTHENTICATED", "This needs a token: log in and send Authorization: Bearer …")
    return User(int(user_id), request.headers.get("x-username", ""))


Caller = Annotated[User, Depends(current_user)]


async def address(request: Request) -> str:
    """Return the client's IP address."""
    return request.headers.get("x-source-address") or (request.client.host if request.client else "")


Address = Annotated[str, Depends(address)]


class Finish:
    """Adds the common headers to each response: request id, security headers and cache control."""

    def __init__(self, app: Any, max_age: Mapping[str, int | None]) -> None:
        self._app = app
        self._max_age = max_age

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Handle one request. The headers of a cacheable response wait for its body, because the ETag depends on it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        event = scope.get("aws.event")
        scope["request_id"] = event["requestContext"]["requestId"] if event else uuid.uuid4().hex
        max_age = next((age for start, age in self._max_age.items() if scope["path"].startswith(start)), None)
        held: list[MutableMapping[str, Any]] = []

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_ALWAYS, (b"x-request-id", scope["request_id"].encode())]
                if max_age is not None and message["status"] == 200:
                    held.append(message)
                    return
                message["headers"].append((b"cache-control", b"no-store"))
            elif held:
                start = held.pop()
                digest = hashlib.sha256(message.get("body", b"")).digest()[:16]
                tag = b'"' + base64.urlsafe_b64encode(digest).rstrip(b"=") + b'"'
                start["headers"] += [(b"cache-control", f"public, max-age={max_age}".encode()), (b"etag", tag)]
                await send(start)
            await send(message)

        await self._app(scope, receive, sending)


MAX_AGE: dict[str, int | None] = {"/games/upcoming": None, "/games": 30, "/leaderboard": 30}
"""Seconds for which successful responses may be cached, by path prefix. The first match applies."""


def create_app(*routers: APIRouter) -> Any:
    """Return an application with these routes."""
    app = FastAPI(openapi_url=None)
    add_problems(app)
    for router in routers:
        app.include_router(router)
    return Finish(app, MAX_AGE)
