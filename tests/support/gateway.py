"""Calls the real endpoint files as API Gateway does, and reads their responses."""

import json
from dataclasses import dataclass
from typing import Any

from tests.support import contract
from tests.support.database_roles import acting_as, role_of
from tests.support.functions import load


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    def problem(self, status: int, code: str) -> dict[str, Any]:
        """Assert that the response is this problem document, and return it."""
        assert (self.status, self.body.get("code")) == (status, code), self.body
        assert self.headers["content-type"] == "application/problem+json"
        assert self.body["status"] == status
        assert self.body["type"] == f"urn:pickvs:problem:{code.lower().replace('_', '-')}"
        assert self.body["title"]
        assert self.body["detail"]
        assert self.body["request_id"] == self.headers["x-request-id"]
        assert isinstance(self.body["errors"], list)
        return dict(self.body)

    def fields(self) -> set[str]:
        return {error["field"] for error in self.body["errors"]}


@dataclass(frozen=True)
class LambdaContext:
    function_name: str = "test"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:000000000000:function:test"
    aws_request_id: str = "lambda-request"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def proxy_event(
    method: str,
    path: str,
    *,
    body: Any = None,
    raw_body: str | None = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    user: tuple[int, str] | None = None,
    role: str = "user",
    session: str = "",
    scopes: str | None = None,
    api_key_id: int | None = None,
    expires_at: str = "",
    address: str = "127.0.0.1",
) -> dict[str, Any]:
    """Return a REST proxy event for /api<path>, as if the authorizer had accepted `user` (id, username).

    session: the session of the token; none by default, as in old tokens that do not name theirs.
    scopes: the scopes of an API key, which replaces the token.
    api_key_id: the id of that key; 1 by default.
    expires_at: the expiry of the credentials, in seconds since 1970.
    """
    text = raw_body if raw_body is not None else None if body is None else json.dumps(body)
    sent = {"Content-Type": "application/json", **(headers or {})}
    identity = user and {
        "user_id": str(user[0]),
        "username": user[1],
        "role": role,
        "session": session,
        "scopes": scopes or "",
        "api_key_id": "" if scopes is None else str(api_key_id or 1),
        "expires_at": expires_at,
    }
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": path,
            "httpMethod": method,
            "path": f"/api{path}",
            "stage": "api",
            "requestId": "7f4a1c1e-0000-4000-8000-000000000001",
            "identity": {"sourceIp": address},
            "authorizer": identity,
        },
        "body": text,
        "isBase64Encoded": False,
    }


def send(app: Any, method: str, path: str, **request: Any) -> Answer:
    """Run `app` with the event that `request` describes (see `proxy_event`)."""
    answer = app(proxy_event(method, path, **request), LambdaContext())
    headers = {name.lower(): values[0] for name, values in answer["multiValueHeaders"].items()}
    body = answer["body"]
    is_json = "json" in headers.get("content-type", "json")
    return Answer(answer["statusCode"], headers, body if not is_json else json.loads(body) if body else None)


def call(operation: str, method: str, path: str, **request: Any) -> Answer:
    """Run functions/api/<wing>/<operation>.py with the event that `request` describes (see `proxy_event`).

    The endpoint uses the database as the role in its row. Asserts that the response conforms to its document.
    """
    app = load(f"api/{operation}").app
    with acting_as(role_of(operation)):
        answer = send(app, method, path, **request)
    contract.keeps(operation, answer.status, answer.headers, answer.body)
    return answer
