"""Lambda's API for functions that invoke others asynchronously. Nothing else of Lambda is offered to functions."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from local.assembly import ACCOUNT, REGION
from local.errors import LaptopError
from local.functions import Functions, LambdaFunction
from local.service_answers import error, json_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH = "/2015-03-31/functions/"
MOST_BYTES = 1024 * 1024
"""Lambda's limit for the event of an asynchronous invocation."""


def function_arn(path: str) -> str | None:
    """Return the ARN of the function that a request invokes, by its path. None for any other request."""
    name, _, rest = path.removeprefix(PATH).partition("/")
    if not path.startswith(PATH) or rest != "invocations" or not name:
        return None
    name = unquote(name)
    return name if name.startswith("arn:") else f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


class Invocations:
    """A WSGI application for the action Invoke with InvocationType=Event. `submit` runs an event in the background."""

    def __init__(self, functions: Functions, submit: Callable[[LambdaFunction, bytes], None]) -> None:
        self._functions = functions
        self._submit = submit

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Accept one event, and answer before it has run."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        arn = function_arn(request.path)
        if request.method != "POST" or arn is None or request.headers.get("X-Amz-Invocation-Type") != "Event":
            return error(400, "InvalidRequestContentException", "The laptop cloud invokes asynchronously only.")
        event = request.get_data()
        if len(event) > MOST_BYTES:
            return error(413, "RequestTooLargeException", f"An event has at most {MOST_BYTES} bytes.")
        try:
            function = self._functions.by_arn(arn)
        except LaptopError:
            return error(404, "ResourceNotFoundException", f"Function not found: {arn}")
        self._submit(function, event or b"{}")
        return json_answer(202, None)
