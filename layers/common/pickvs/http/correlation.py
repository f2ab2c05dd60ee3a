"""Correlation id that a caller sends to match their logs, our logs and the response."""

from collections.abc import Mapping
from typing import Any

from pickvs.core.invocations import readable_id

CORRELATION_ID_HEADER = "X-Correlation-Id"


def sent_correlation_id(event: Mapping[str, Any]) -> str | None:
    """Return the X-Correlation-Id header of a proxy or authorizer event.

    None if the header is absent, repeated, or not 1 to 64 characters of printable ASCII. An invalid id is ignored; it
    never causes the request to be rejected.
    """
    fields = event.get("multiValueHeaders") or {}
    sent = [value for name, values in fields.items() if name.lower() == "x-correlation-id" for value in values or ()]
    return readable_id(sent[0]) if len(sent) == 1 else None
