"""Source IP address of a request."""

from collections.abc import Mapping
from typing import Annotated, Any

from pickvs.http.routes import FromEvent


def source_address(event: Mapping[str, Any]) -> str:
    """Return the source IP address of the connection to the gateway.

    Does not use X-Forwarded-For, because the client controls the beginning of that header.
    """
    return str(event["requestContext"]["identity"]["sourceIp"])


SourceAddress = Annotated[str, FromEvent(source_address)]
"""Parameter type for endpoints that need the caller's source IP address."""
