"""Where a request comes from."""

from collections.abc import Mapping
from typing import Annotated, Any

from pickvs.http.routes import FromEvent


def source_address(event: Mapping[str, Any]) -> str:
    """Return the address of the connection that the gateway took the request from.

    Not X-Forwarded-For: its beginning is whatever the client has written there.
    """
    return str(event["requestContext"]["identity"]["sourceIp"])


SourceAddress = Annotated[str, FromEvent(source_address)]
"""The parameter type of an endpoint that needs to know where its caller is."""
