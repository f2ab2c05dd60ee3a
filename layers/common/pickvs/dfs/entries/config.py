"""Settings of users' files."""

from pickvs.core.config import settings


def uploads_bucket() -> str:
    """Return the name of the bucket for files that users upload."""
    return settings().require("UPLOADS_BUCKET", str)
