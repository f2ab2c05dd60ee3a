"""Admits or rejects attempts, before the request hashes, reads or stores anything.

Each `admit` function counts one attempt in its own transaction, which is committed whatever the request's outcome. It
notes the remaining allowance for the response (core.allowance). It raises TooManyRequests if a limit is exceeded. The
exceeded limit does not count that attempt; the limits checked before it do.

Unknown e-mail addresses are counted like known ones, so that limits do not reveal which accounts exist. The allowance
of an account is reported only when it is exhausted, because it would tell others that the owner has mistyped the
password.
"""

import hashlib
from datetime import datetime

from pickvs.accounts.limits import queries
from pickvs.accounts.limits.config import Rate, sign_in_limits
from pickvs.accounts.limits.rules import Limit, place, seconds_until
from pickvs.core import allowance, clock
from pickvs.core.allowance import Allowance
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import TooManyRequests

type _Bucket = tuple[bytes, Limit]


def admit_registration(address: str) -> None:
    """Count a registration from this address."""
    _admit(_at(address, "register", sign_in_limits().registrations_per_address))


def admit_login(address: str, email: str) -> None:
    """Count a login from this address, and a password attempt for this account."""
    _admit(_at(address, "login", sign_in_limits().logins_per_address), _password_of(email))


def admit_refresh(address: str) -> None:
    """Count a session refresh from this address."""
    _admit(_at(address, "refresh", sign_in_limits().refreshes_per_address))


def admit_password(email: str) -> None:
    """Count a password attempt for this account, under the same limit as logins."""
    _admit(_password_of(email))


def admit_user(operation: str, user_id: int, rate: Rate) -> None:
    """Count an attempt of this user at an operation of another room, which states its rate."""
    _admit(_bucket(f"{operation}:user", str(user_id), rate))


def password_was_right(connection: Connection, email: str) -> None:
    """Give back the password attempt, because only wrong passwords count.

    The attempt of the address is not given back: it has cost a hash.
    """
    key, limit = _password_of(email)
    queries.give_back(connection, key, limit)


def forget_account(connection: Connection, email: str) -> None:
    """Delete the count of password attempts for this account."""
    key, _ = _password_of(email)
    queries.forget(connection, key)


def forget_user(connection: Connection, operation: str, user_id: int) -> None:
    """Delete the count of the user's attempts at an operation of another room."""
    queries.forget(connection, _key(f"{operation}:user", str(user_id)))


def delete_good(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` counts that are fully replenished at `at`. Return the number deleted."""
    return queries.delete_good(connection, at, most)


def _password_of(email: str) -> _Bucket:
    return _bucket("login:account", email.lower(), sign_in_limits().tries_per_account)


def _at(address: str, operation: str, rate: Rate) -> _Bucket:
    return _bucket(f"{operation}:address", place(address), rate)


def _bucket(kind: str, whose: str, rate: Rate) -> _Bucket:
    return _key(kind, whose), Limit(rate.times, rate.window)


def _key(kind: str, whose: str) -> bytes:
    return hashlib.sha256(f"{kind}:{whose}".encode()).digest()


def _admit(*buckets: _Bucket) -> None:
    """Count an attempt in each bucket, up to the first exhausted one.

    All callers pass the kinds of buckets in the same order, which prevents deadlocks.
    """
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
    # After the transaction, so that the counts are committed.
    allowance.note(left[-1] if refused else left[0])
    if refused:
        raise TooManyRequests(f"Too many attempts. Try again in {_spoken(refused)}.", refused)


def _spoken(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if seconds > 90:  # noqa: PLR2004 - longer times are given in minutes
        return f"{minutes} minutes"
    return "1 second" if seconds == 1 else f"{seconds} seconds"
