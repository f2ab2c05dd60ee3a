"""Sign-in rate limits of the stage."""

from dataclasses import dataclass
from datetime import timedelta

from pickvs.core.config import settings, whole


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate limit: a burst of `times` attempts, which is replenished evenly over `window`."""

    times: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """Rate limits of registration, login and session refresh. They apply across all function instances."""

    registrations_per_address: Rate
    logins_per_address: Rate
    tries_per_account: Rate
    """Wrong passwords for one account, from all addresses."""
    refreshes_per_address: Rate


def sign_in_limits() -> SignInLimits:
    """Return the limits of this stage."""
    known = settings()
    return SignInLimits(
        registrations_per_address=known.require("REGISTRATIONS_PER_ADDRESS", _rate),
        logins_per_address=known.require("LOGINS_PER_ADDRESS", _rate),
        tries_per_account=known.require("TRIES_PER_ACCOUNT", _rate),
        refreshes_per_address=known.require("REFRESHES_PER_ADDRESS", _rate),
    )


def rate(name: str) -> Rate:
    """Return the stage's rate limit with this name, for a limit that belongs to another room."""
    return settings().require(name, _rate)


def _rate(raw: str) -> Rate:
    """Parse a rate such as `10/3600`: 10 times in 3600 seconds."""
    times, _, seconds = raw.partition("/")
    return Rate(whole(1, 1_000_000)(times), timedelta(seconds=whole(1, 24 * 3600)(seconds)))
