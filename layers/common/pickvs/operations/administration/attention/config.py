"""Settings of the list of trouble."""

from datetime import timedelta

from pickvs.core.config import settings, whole


def max_results_age() -> timedelta:
    """Return the age from which the results of a sport count as stale."""
    return timedelta(hours=settings().require("MAX_RESULTS_AGE_HOURS", whole(1, 24 * 31)))
