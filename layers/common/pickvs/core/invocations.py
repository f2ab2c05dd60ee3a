"""Fields that all log lines of one invocation share.

- `request_id`: the gateway's request id, also in its access log; outside the API, Lambda's request id
- `function_request_id`: Lambda's request id, as in its START, END and REPORT lines
- `correlation_id`: common to everything that belongs together. It is the id that the caller of the API sent, the id of
  the event that triggered a scheduled function, or the version that a secret rotation creates; otherwise the request id
- `function_name`
- `cold_start`: whether the invocation is the first in its execution environment
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
"""Fields of events from EventBridge and Secrets Manager that become the correlation id."""

_is_first = True
_number = 0


def begin(context: object, *, request_id: str = "", correlation_id: str | None = None) -> str:
    """Set the log fields of the invocation of `context`, and return its correlation id.

    Replaces the fields of the previous invocation. request_id: the gateway's request id, if there is one.
    """
    global _is_first, _number  # noqa: PLW0603 - an execution environment has one invocation at a time
    _number += 1
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


def number() -> int:
    """Return the number of the invocation in its execution environment, from 1; 0 before the first one."""
    return _number


def readable_id(value: object) -> str | None:
    """Return a correlation id received from outside. None unless it has 1 to 64 characters of printable ASCII."""
    return value if isinstance(value, str) and _CORRELATION_ID.fullmatch(value) else None


def invocation[Answer](handler: Handler[Answer]) -> Handler[Answer]:
    """Decorate a Lambda handler: begin an invocation for each event, and log an exception that ends it."""

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
