"""Settings of the canary."""

from pickvs.core.config import settings


def api_base_url() -> str:
    """Return the API's URL with its base path, without a trailing slash."""
    return settings().require("API_BASE_URL", str).rstrip("/")
