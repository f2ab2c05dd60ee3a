"""Settings of exports."""

from pickvs.core.config import settings


def exports_bucket() -> str:
    """Return the name of the bucket for exports of the database."""
    return settings().require("EXPORTS_BUCKET", str)
