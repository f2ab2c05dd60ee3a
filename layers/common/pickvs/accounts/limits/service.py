"""Lets a try in or refuses it, before anything is hashed, looked up or stored for it.

Each function counts one try in a transaction of its own, which stands whatever becomes of the request, and notes for
the answer how much is left (core.allowance). An unknown e-mail address is counted like a known one, so that no limit
tells which is which; what is left for an account is said only when nothing is, for a stranger's count there would say
that its owner has lately mistyped. Each raises TooManyRequests (RATE_LIMITED), a try that then counts for nothing.
"""

import hashlib
from datetime import datetime

from pickvs.accounts.limits import queries
from pickvs.accounts.limits.rules import Limit, place, seconds_until
from pickvs.core import allowance, clock
from pickvs.core.allowance import Allowance
from pickvs.core.config import Rate, settings
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import TooManyRequests

type _Bucket = tuple[bytes, Limit]


def admit_registration(address: str) -> None:
    """Count one opening of an account from this address."""
    _admit(_at(address, "register", settings().sign_in_limits.registrations_per_address))


def admit_login(address: str, email: str) -> None:
    """Count one login from this address, and one guess at this account's password."""
    _admit(_at(address, "login", settings().sign_in_limits.logins_per_address), _password_of(email))


def admit_refresh(address: str) -> None:
    """Count one continuation of a session from this address."""
    _admit(_at(address, "refresh", settings().sign_in_limits.refreshes_per_address))


def admit_password(email: str) -> None:
    """Count one guess at this account's password, together with those at login."""
    _admit(_password_of(email))


def password_was_right(connection: Connection, email: str) -> None:
    """Give the guess back: only wrong ones are to run out. The address's try, which has cost a hash, is spent."""
    key, limit = _password_of(email)
    queries.give_back(connection, key, limit)


def forget_account(connection: Connection, email: str) -> None:
    """Delete the count of guesses at this account's password."""
    key, _ = _password_of(email)
    queries.forget(connection, key)


def delete_good(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` counts of which nothing is left at `at`; return how many."""
    return queries.delete_good(connection, at, most)


def _password_of(email: str) -> _Bucket:
    return _bucket("login:account", email.lower(), settings().sign_in_limits.tries_per_account)


def _at(address: str, operation: str, rate: Rate) -> _Bucket:
    return _bucket(f"{operation}:address", place(address), rate)


def _bucket(kind: str, whose: str, rate: Rate) -> _Bucket:
    return hashlib.sha256(f"{kind}:{whose}".encode()).digest(), Limit(rate.times, rate.window)


def _admit(*buckets: _Bucket) -> None:
    """Count a try in each bucket, up to the first that is empty. All callers name kinds of buckets in one order."""
    at = clock.now()
    left: list[Allowance] = []
    refused = None
    with transaction() as connection:
        for key, limit in buckets:
            arrival = queries.take(connection, key, limit, at)
            if arrival is None:
                arrival = queries.theoretical_arrival(connection, key)
                refused = max(1, seconds_until(arrival - limit.tolerance, at))
            left.append(Allowance(limit.tries, limit.remaining(arrival, at), seconds_until(arrival, at)))
            if refused:
                break
    # Outside of the transaction: what was counted stays counted.
    allowance.note(left[-1] if refused else left[0])
    if refused:
        raise TooManyRequests("RATE_LIMITED", f"Too many tries; wait {_spoken(refused)} and try again.", refused)


def _spoken(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if seconds > 90:  # noqa: PLR2004 - from here on, minutes are what one says
        return f"{minutes} minutes"
    return "1 second" if seconds == 1 else f"{seconds} seconds"
