"""The control endpoint of a running laptop cloud, on loopback. Its token is in the state folder."""

import hmac
import http.client
import json
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from werkzeug.wrappers import Request, Response

from local.errors import LaptopError
from local.functions import Functions
from local.http_server import HttpServer
from local.rotations import Rotations
from local.state import Control

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ANSWER_SECONDS = 16 * 60
"""Seconds that `invoke` waits for a result; Lambda's longest timeout is 15 minutes."""


class ControlServer:
    """Invokes functions and rotates secrets for clients that present the token."""

    def __init__(self, functions: Functions, rotations: Rotations) -> None:
        self._functions = functions
        self._rotations = rotations
        self._token = secrets.token_urlsafe(24)
        self._server = HttpServer(self._application)

    def start(self) -> None:
        """Start serving commands."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving commands."""
        self._server.stop()

    def control(self, api_url: str) -> Control:
        """Return the address and the token that clients need."""
        return Control(url=self._server.url, token=self._token, api_url=api_url)

    def _application(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
            return Response(status=401)
        kind, _, name = request.path.removeprefix("/").partition("/")
        outcome = None
        if request.method == "POST" and kind == "secrets":
            outcome = self._rotations.rotate(name)
        elif request.method == "POST" and kind == "functions" and (function := self._functions.by_name(name)):
            outcome = function.invoke(request.get_data())
        if outcome is None:
            return _json(404, {"known": self._rotations.names if kind == "secrets" else self._functions.names})
        if outcome.failure is not None:
            return _json(502, {"summary": outcome.summary, "error": outcome.error})
        return Response(outcome.payload, content_type="application/json")


class FunctionFailedError(Exception):
    """The invoked function failed; the message is one line."""


def invoke(control: Control, name: str, event: bytes) -> Any:
    """Invoke the function `name` of a running laptop cloud with `event` (JSON) and return its result.

    Raises FunctionFailedError if the function fails, and LaptopError if it does not exist or nothing is running.
    """
    return _ask(control, "function", name, event)


def rotate(control: Control, name: str) -> Any:
    """Rotate the secret whose name ends with `name` and return the result of the last step. Raises as `invoke`."""
    return _ask(control, "secret", name, b"")


def failed_runs(result: Any) -> list[str]:
    """Return the failed runs of a job's report, each with its error. Empty for the results of other functions."""
    runs = result.get("runs") if isinstance(result, dict) else None
    return [
        f"{run.get('sport')}: {run.get('error_code')}: {run.get('error')}"
        for run in (runs if isinstance(runs, list) else ())
        if isinstance(run, dict) and run.get("status") == "failed"
    ]


def _ask(control: Control, kind: str, name: str, event: bytes) -> Any:
    connection = http.client.HTTPConnection(urlsplit(control.url).netloc, timeout=ANSWER_SECONDS)
    try:
        connection.request(
            "POST",
            f"/{kind}s/{quote(name, safe='')}",
            body=event,
            headers={"Authorization": f"Bearer {control.token}", "Content-Type": "application/json"},
        )
        response = connection.getresponse()
        answer = json.loads(response.read() or b"{}")
    except (OSError, ValueError, http.client.HTTPException):
        raise LaptopError("the laptop cloud does not answer; is it still running? start it with `make run`") from None
    finally:
        connection.close()
    match response.status:
        case 200:
            return answer
        case 404:
            which = "that is rotated " if kind == "secret" else ""
            raise LaptopError(f"there is no {kind} {which}{name!r}; there are: {', '.join(answer['known'])}")
        case 502:
            error = answer["error"]
            kind, message = error.get("errorType", "error"), error.get("errorMessage", answer["summary"])
            raise FunctionFailedError(f"{name} failed: {kind}: {' '.join(str(message).split())}")
    raise LaptopError("the laptop cloud refuses the command; start it again with `make run`")


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")
