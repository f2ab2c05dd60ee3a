"""Rate limit of the stage on joining groups."""

from pickvs.accounts.limits.config import Rate, rate


def joins_per_user() -> Rate:
    """Return the limit of a user's attempts to join a group by a code."""
    return rate("GROUP_JOINS_PER_USER")
