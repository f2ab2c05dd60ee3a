"""Where a request comes from."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.request import Request


def source_address(request: Request) -> str:
    """Return the address of the connection that the gateway took the request from.

    Not X-Forwarded-For: its beginning is whatever the client has written there.
    """
    return str(request.resolved_event["requestContext"]["identity"]["sourceIp"])


SourceAddress = Annotated[str, Depends(source_address)]
"""The parameter type of an endpoint that needs to know where its caller is."""
