"""A gateway over real sockets in front of small real functions, which execute commands from the tests."""

import http.client
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from local.api_blueprint import read_api
from local.function_logs import LogFile
from local.functions import Functions
from local.gateway import Gateway, GatewayHandler
from local.http_server import HttpServer
from tests.local.assemblies import AssemblyWriter

ECHO = """
    import json

    def handler(event, context):
        return {"statusCode": 200, "body": json.dumps(event)}
"""

SAYS = """
    import json, os, time

    def handler(event, context):
        order = json.loads(event["body"])
        if order == "crash":
            os._exit(1)
        if order == "sleep":
            time.sleep(30)
        if order == "raise":
            raise RuntimeError("with a detail that nobody should see")
        return order
"""

GUARD = """
    ASKED = 0

    def handler(event, context):
        global ASKED
        ASKED += 1
        token = event["headers"]["Authorization"]
        match token:
            case "unknown":
                raise Exception("Unauthorized")
            case "broken":
                raise RuntimeError("no database")
            case "nonsense":
                return {"principalId": "x"}
        api = event["methodArn"].split("/")[0]
        resources = {"everything": f"{api}/*", "nothing": f"{api}/*", "one": event["methodArn"]}
        effect = "Deny" if token == "nothing" else "Allow"
        statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resources[token]}
        return {
            "principalId": 41,
            "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            "context": {"asked": ASKED, "admin": False, "name": "ann"},
        }
"""

PROBLEM = json.dumps(
    {
        "code": "$context.error.responseType",
        "detail": "MESSAGE",
        "request_id": "$context.requestId",
        "path": "$context.path",
    }
).replace('"MESSAGE"', "$context.error.messageString")


@dataclass
class Running:
    url: str
    access_log: LogFile
    said: list[str] = field(default_factory=list)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def problem(self, method: str, path: str, **more: Any) -> tuple[int, str]:
        response, body = self.send(method, path, **more)
        return response.status, json.loads(body)["code"]

    def event(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """Return the event that the function behind the path received."""
        response, body = self.send(method, path, **more)
        assert response.status == 200, body
        event: dict[str, Any] = json.loads(body)
        return event

    def raw(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", int(self.url.rpartition(":")[2])), timeout=20) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        return answer


def write_api(written: AssemblyWriter) -> None:
    written.function("Echo", ECHO)
    written.function("Says", SAYS, Timeout=1)
    written.function("Guard", GUARD)
    throttled = {
        "ResourcePath": "/~1throttled",
        "HttpMethod": "GET",
        "ThrottlingRateLimit": 0.001,
        "ThrottlingBurstLimit": 2,
    }
    log_format = '{"route": "$context.resourcePath", "status": "$context.status", "who": "$context.authorizer.name"}'
    written.rest_api(
        stage={
            "MethodSettings": [throttled],
            "AccessLogSetting": {"Format": log_format},
            "Variables": {"color": "red"},
        },
        BinaryMediaTypes=["image/*"],
    )
    written.authorizer("Authorizer", "Guard")
    written.route("GET", "/games/{id}", "Echo")
    written.route("GET", "/games/upcoming", "Echo")
    written.route("POST", "/games/upcoming", "Echo")
    written.route("ANY", "/files/{path+}", "Echo")
    written.route("POST", "/says", "Says")
    written.route("POST", "/impatient", "Says", TimeoutInMillis=200)
    written.route("GET", "/throttled", "Echo")
    written.route("GET", "/mine", "Echo", authorizer="Authorizer")
    written.route("GET", "/mine/{id}", "Echo", authorizer="Authorizer")
    own = {"X-Request-Id": "context.requestId", "Content-Type": "'application/problem+json'"}
    for kind, status in (
        ("DEFAULT_4XX", 400),
        ("DEFAULT_5XX", 502),
        ("MISSING_AUTHENTICATION_TOKEN", 404),
        ("INTEGRATION_TIMEOUT", 504),
    ):
        written.gateway_response(kind, status, PROBLEM, own)
    written.gateway_response("THROTTLED", 429, PROBLEM, {**own, "Retry-After": "'1'"})
    for kind, status in (("UNAUTHORIZED", 401), ("ACCESS_DENIED", 403), ("REQUEST_TOO_LARGE", 413)):
        written.gateway_response(kind, status, PROBLEM, own)


@contextmanager
def serving(written: AssemblyWriter, functions: Functions) -> Iterator[Running]:
    running = Running("", LogFile(written.folder.parent / "access.log"))
    gateway = Gateway(
        read_api(written.deployment()),
        functions,
        access_log=running.access_log,
        say=running.said.append,
    )
    server = HttpServer(gateway, handler=GatewayHandler)
    server.start()
    running.url = server.url
    yield running
    server.stop()
