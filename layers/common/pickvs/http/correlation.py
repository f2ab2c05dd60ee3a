"""The id by which a caller finds what belongs together: in our log lines, in theirs, and in our answer."""

from collections.abc import Mapping
from typing import Any

from pickvs.core.invocations import readable_id

CORRELATION_ID_HEADER = "X-Correlation-Id"


def sent_correlation_id(event: Mapping[str, Any]) -> str | None:
    """Return what a proxy or authorizer event has in X-Correlation-Id.

    None where that is absent, or there more than once, or more than 64 characters of printable ASCII: a caller's id is
    taken as it is or not at all, and is never a reason to refuse a request.
    """
    fields = event.get("multiValueHeaders") or {}
    sent = [value for name, values in fields.items() if name.lower() == "x-correlation-id" for value in values or ()]
    return readable_id(sent[0]) if len(sent) == 1 else None
