"""Settings of the jobs."""

from pickvs.core.config import settings


def raw_answers_bucket() -> str:
    """Return the name of the bucket for raw responses."""
    return settings().require("RAW_ANSWERS_BUCKET", str)
