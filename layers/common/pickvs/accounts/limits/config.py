"""Rate limits of the stage: of signing in, and of what signed-in users do."""

from dataclasses import dataclass, fields
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
    """Logins, and as many requests for a mail and uses of a mailed token."""
    tries_per_account_and_address: Rate
    """Wrong passwords for one account, from one address."""
    daily_tries_per_account_and_address: Rate
    """The same over a day, so that no address alone uses up the account's tries."""
    tries_per_account: Rate
    """Wrong passwords for one account, from all addresses."""
    refreshes_per_address: Rate
    mails_per_account: Rate
    """Requests for a mail that resets a password: for one name, and for one e-mail address to which mails then go."""
    confirmations_per_email_and_address: Rate
    """Mails that confirm one e-mail address and are asked for from one address."""
    confirmations_per_email: Rate
    """Mails that confirm one e-mail address, whoever asks for them."""


@dataclass(frozen=True, slots=True)
class UserLimits:
    """Rate limits of what a user does. Nobody else can use them up."""

    passwords_per_user: Rate
    """Wrong passwords in requests with the user's own access token."""
    submissions_per_user: Rate
    keys_per_user: Rate
    export_pages_per_user: Rate
    email_changes_per_user: Rate
    """Requests for a mail that confirms an e-mail address, to any address."""
    confirmations_per_user_and_email: Rate
    """Such requests of one user for one address."""
    webhook_orders_per_user: Rate
    """Tests of webhooks and replays of deliveries."""


def sign_in_limits() -> SignInLimits:
    """Return the sign-in limits of this stage."""
    return _limits(SignInLimits)


def user_limits() -> UserLimits:
    """Return the limits per user of this stage."""
    return _limits(UserLimits)


def rate(name: str) -> Rate:
    """Return the stage's rate limit with this name, for a limit that belongs to another room."""
    return settings().require(name, _rate)


def _limits[Limits: (SignInLimits, UserLimits)](kind: type[Limits]) -> Limits:
    """Return limits of the stage. The variable of each has its name in capitals."""
    return kind(**{each.name: rate(each.name.upper()) for each in fields(kind)})


def _rate(raw: str) -> Rate:
    """Parse a rate such as `10/3600`: 10 times in 3600 seconds."""
    times, _, seconds = raw.partition("/")
    return Rate(whole(1, 1_000_000)(times), timedelta(seconds=whole(1, 24 * 3600)(seconds)))
