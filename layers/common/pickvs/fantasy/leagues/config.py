"""Rate limits of the stage on leagues."""

from pickvs.accounts.limits.config import Rate, rate


def codes_per_address() -> Rate:
    """Return the limit of attempts to join a league by a code, from one network address."""
    return rate("LEAGUE_CODES_PER_ADDRESS")
