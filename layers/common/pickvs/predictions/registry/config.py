"""Settings of the registry."""

from pickvs.core.config import settings


def models_bucket() -> str:
    """Return the name of the bucket for artefacts of models."""
    return settings().require("MODELS_BUCKET", str)
