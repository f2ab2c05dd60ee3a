"""What all log lines of one invocation share, and those of no other: a warm environment serves many.

- `request_id`: of the request that the gateway took, in its access log too; elsewhere Lambda's own
- `function_request_id`: Lambda's own, which its START, END and REPORT lines carry
- `correlation_id`: one for everything that belongs together: what the caller of the API chose, the id of the event that
  set a scheduled function off, the version that all steps of a rotation make; the request's id where there is none
- `function_name`, and `cold_start`: whether it is the first of its environment
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from pickvs.core.config import settings
from pickvs.core.logging import logger, share

type Handler[Answer] = Callable[[Any, Any], Answer]

_CORRELATION_ID = re.compile(r"[!-~]([ -~]{0,62}[!-~])?")
_NAMES_ITS_CAUSE = ("id", "ClientRequestToken")
"""The fields in which EventBridge and Secrets Manager say what an event belongs to."""

_is_first = True


def begin(context: object, *, request_id: str = "", correlation_id: str | None = None) -> str:
    """Let every log line from here on belong to the invocation of `context`, and return its correlation id.

    Whatever lines had in common before is forgotten. request_id: the gateway's, where there is one.
    """
    global _is_first  # noqa: PLW0603 - an execution environment has one first invocation
    own = str(getattr(context, "aws_request_id", None) or "")
    request_id = request_id or own
    correlation_id = correlation_id or request_id
    share(
        stage=settings().stage,
        function_name=getattr(context, "function_name", None),
        function_request_id=own or None,
        cold_start=_is_first,
        request_id=request_id,
        correlation_id=correlation_id,
    )
    _is_first = False
    return correlation_id


def readable_id(value: object) -> str | None:
    """Return a correlation id as it came from outside, 1 to 64 characters of printable ASCII; None for what is none."""
    return value if isinstance(value, str) and _CORRELATION_ID.fullmatch(value) else None


def invocation[Answer](handler: Handler[Answer]) -> Handler[Answer]:
    """Begin an invocation whenever `handler` is called with an event, and log the error that ends one."""

    @wraps(handler)
    def begun(event: Any, context: Any) -> Answer:
        begin(context, correlation_id=_cause(event))
        try:
            return handler(event, context)
        except Exception:
            logger().exception("invocation failed")
            raise

    return begun


def _cause(event: object) -> str | None:
    found = [readable_id(event.get(name)) for name in _NAMES_ITS_CAUSE] if isinstance(event, dict) else []
    return next((each for each in found if each), None)
