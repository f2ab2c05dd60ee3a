"""Settings of the HTTP layer."""

from pickvs.core.config import settings


def web_origin() -> str | None:
    """Return the origin whose pages may read responses in a browser. `*` allows every origin, None allows none."""
    return settings().optional("WEB_ORIGIN")
