"""Settings of the token signing keys."""

from datetime import timedelta

from pickvs.core.config import settings, whole


def signing_keys_secret() -> str:
    """Return the name or ARN of the secret with the current and the previous token signing key."""
    return settings().require("SIGNING_KEYS_SECRET_ARN", str)


def signing_keys_delay() -> timedelta:
    """Return the time between the creation of a signing key and its first signature."""
    return timedelta(seconds=settings().require("SIGNING_KEYS_DELAY_SECONDS", whole(1, 24 * 3600)))
