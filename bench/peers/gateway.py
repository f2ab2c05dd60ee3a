"""Serves our function with uvicorn, so that it and the peer receive the same requests over the same protocol.

As API Gateway does, it builds the proxy event, calls the function and writes its response. As in an execution
environment, it handles one request at a time. Its own cost counts against our side. Runs as `uvicorn gateway:app`.
"""

import importlib
import os
from collections.abc import MutableMapping
from typing import Any

if os.environ.get("WITHOUT_AWS"):
    # After the commit a function may set an alarm, or wake another one. Where the peer does not, ours does not either.
    from pickvs.core import alarm_clock

    alarm_clock.set_alarm = lambda *_: None
    alarm_clock.wake = lambda *_: None

_module, _, _name = os.environ["_HANDLER"].rpartition(".")
_function = getattr(importlib.import_module(_module), _name)


class _Context:
    function_name = "bench"
    function_version = "$LATEST"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:bench"
    aws_request_id = "00000000-0000-4000-8000-000000000000"


async def app(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    """Handle one request with the function."""
    if scope["type"] != "http":
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    answer = _function(_event(scope, body), _Context)
    content = answer["body"].encode()
    headers = [
        (name.lower().encode(), value.encode())
        for name, values in answer["multiValueHeaders"].items()
        for value in values
    ]
    headers.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": answer["statusCode"], "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _event(scope: MutableMapping[str, Any], body: bytes) -> dict[str, Any]:
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    method, path = scope["method"], scope["path"]
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": path,
            "httpMethod": method,
            "path": f"/api{path}",
            "stage": "api",
            "requestId": "00000000-0000-4000-8000-000000000000",
            "identity": {"sourceIp": "127.0.0.1"},
            "authorizer": {
                "user_id": headers["x-user-id"],
                "username": headers["x-username"],
                "role": "user",
                "session": "",
                "scopes": "",
                "api_key_id": "",
                "expires_at": "",
            },
        },
        "body": body.decode(),
        "isBase64Encoded": False,
    }
