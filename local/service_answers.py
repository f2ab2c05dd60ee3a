"""Answers in the form of AWS's REST-JSON protocol, for the services that the laptop cloud plays itself."""

import json
from typing import Any

from werkzeug.wrappers import Response


def json_answer(status: int, body: Any) -> Response:
    """Return an answer. body: as JSON; None: empty."""
    return Response("" if body is None else json.dumps(body), status=status, content_type="application/json")


def error(status: int, code: str, message: str) -> Response:
    """Return an error that the SDKs raise as the exception `code`."""
    answer = json_answer(status, {"Message": message, "message": message})
    answer.headers["x-amzn-ErrorType"] = code
    return answer
