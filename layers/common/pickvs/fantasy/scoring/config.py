"""Rate limit of the stage on scoring tables."""

from pickvs.accounts.limits.config import Rate, rate


def tables_per_user() -> Rate:
    """Return the limit of a user's attempts to add a scoring table."""
    return rate("SCORING_TABLES_PER_USER")
