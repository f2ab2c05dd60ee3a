"""The program that sent a request, as it names itself."""

from collections.abc import Mapping
from typing import Annotated, Any

from pickvs.http.routes import FromEvent


def user_agent(event: Mapping[str, Any]) -> str | None:
    """Return the User-Agent header. None if there is none."""
    headers = event.get("headers") or {}
    return next((str(value) for name, value in headers.items() if name.lower() == "user-agent"), None)


UserAgent = Annotated[str | None, FromEvent(user_agent)]
"""Parameter type for endpoints that note which program has called them."""
