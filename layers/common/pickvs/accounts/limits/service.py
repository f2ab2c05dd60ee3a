"""Admits or rejects attempts, before the request hashes, reads or stores anything.

Each `admit` function counts one attempt in its own transaction, which is committed whatever the request's outcome. It
notes the remaining allowance for the response (core.allowance). It raises TooManyRequests if a limit is exceeded. The
exceeded limit does not count that attempt; the limits checked before it do. A `count` function does the same in the
caller's transaction, so a request that fails does not count.

Passwords are counted three ways. Wrong ones for an account from one address run out soon; from all addresses together
they run out late, so that strangers who guess do not keep the owner out, who comes from another address. In a day one
address may try a fraction of what all may, because one that never stops would use that up otherwise. Requests that
carry the user's own access token have a count of their own, which no stranger reaches.

A correct password is given back in a transaction of its own, so that it does not count whatever the request does next.

An account is counted under the name that the caller gave: the e-mail address or the username. Unknown ones are counted
like known ones, so that limits do not reveal which accounts exist. An account has two counts, one for each name: a
common count would refuse the address after the username was used up, and so tell strangers whose address it is. The
allowance of an account is reported only when it is exhausted, because it would tell others that the owner has mistyped
the password.

Mails are counted by the address to which they go, whoever asks for them. Those that confirm it are also counted by who
asks, so that one network does not use up the mails of a newcomer. That an address gets no more is not told, because it
would tell what others have asked for: the request gets its usual answer, and no mail goes out.
"""

import hashlib
from datetime import datetime
from typing import Literal

from pickvs.accounts.limits import queries
from pickvs.accounts.limits.config import Rate, sign_in_limits, user_limits
from pickvs.accounts.limits.rules import Limit, place, seconds_until
from pickvs.core import allowance, clock
from pickvs.core.allowance import Allowance
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import TooManyRequests

type Door = Literal["register", "login", "refresh", "forgot_password", "reset_password", "unsubscribe"]
"""An operation that anybody may call, and that writes."""

type _Bucket = tuple[bytes, Limit]


def admit_address(door: Door, address: str) -> None:
    """Count a request from this address at a public door, whatever its body is. Call this before reading it."""
    _admit(_at(address, door, _rate_at(door)))


def admit_registration(address: str) -> None:
    """Count a registration from this address."""
    _admit(_at(address, "registration", sign_in_limits().registrations_per_address))


def admit_password(address: str, login: str) -> None:
    """Count a password attempt for this account, from this address and from all."""
    _admit(*_password_of(address, login), note=False)


def admit_reset(login: str) -> None:
    """Count a request to mail a token that resets the password of an account, under the name that was typed."""
    _admit(_bucket("mail:account", login.lower(), sign_in_limits().mails_per_account), note=False)


def admit_user(operation: str, user_id: int, rate: Rate) -> None:
    """Count an attempt of this user at an operation of another room, which states its rate."""
    _admit(_of(user_id, operation, rate))


def admit_place(operation: str, address: str, rate: Rate) -> None:
    """Count an attempt from this address at an operation of another room, which states its rate."""
    _admit(_at(address, operation, rate))


def admit_own_password(user_id: int) -> None:
    """Count a password attempt of a request that carries the user's own access token."""
    _admit(_own_password_of(user_id))


def admit_key(user_id: int) -> None:
    """Count the creation of an API key."""
    _admit(_of(user_id, "key", user_limits().keys_per_user))


def admit_export_page(user_id: int) -> None:
    """Count a page of an export."""
    _admit(_of(user_id, "export", user_limits().export_pages_per_user))


def admit_webhook_order(user_id: int) -> None:
    """Count a test of a webhook, or a replay of a delivery."""
    _admit(_of(user_id, "webhook", user_limits().webhook_orders_per_user))


def admit_email_change(user_id: int, email: str) -> None:
    """Count a request of a signed-in user to mail a token to an e-mail address: by user, and by user and address."""
    rates = user_limits()
    _admit(
        _of(user_id, "email", rates.email_changes_per_user),
        _bucket("email:user:email", f"{user_id} {email.lower()}", rates.confirmations_per_user_and_email),
    )


def count_confirmation(connection: Connection, email: str, address: str, at: datetime) -> bool:
    """Count a mail that confirms an e-mail address, for who asks for it from `address` and for all together.

    False if none may go out; tell nobody.
    """
    limits, to = sign_in_limits(), email.lower()
    buckets = (
        _bucket("confirmation:email:address", f"{to} {place(address)}", limits.confirmations_per_email_and_address),
        _bucket("confirmation:email", to, limits.confirmations_per_email),
    )
    return all(queries.take(connection, *bucket, at) is not None for bucket in buckets)


def count_reset(connection: Connection, email: str, at: datetime) -> bool:
    """Count a request that mails reset tokens to an e-mail address. False if none may go out; tell nobody."""
    bucket = _bucket("reset:email", email.lower(), sign_in_limits().mails_per_account)
    return queries.take(connection, *bucket, at) is not None


def count_submission(connection: Connection, user_id: int) -> None:
    """Count a submission of picks. Raises TooManyRequests."""
    at = clock.now()
    key, limit = _of(user_id, "picks", user_limits().submissions_per_user)
    if queries.take(connection, key, limit, at) is None:
        arrival = queries.theoretical_arrival(connection, key)
        raise _too_many(max(1, seconds_until(arrival - limit.tolerance, at)))


def login_was_right(address: str, login: str) -> None:
    """Give back the password attempts, because only wrong passwords count.

    The login of the address is not given back: it has cost a hash.
    """
    _give_back(*_password_of(address, login))


def own_password_was_right(user_id: int) -> None:
    """Give back the password attempt of a request that carries the user's own access token."""
    _give_back(_own_password_of(user_id))


def forget_tries(connection: Connection, address: str, *logins: str) -> None:
    """Delete the counts of password attempts for an account: from this address, and from all addresses together.

    logins: all names under which it can be counted.
    """
    for login in logins:
        for key, _ in _password_of(address, login):
            queries.forget(connection, key)


def forget_user(connection: Connection, user_id: int) -> None:
    """Delete the counts of an account that goes, by its id.

    Those by a username, an e-mail address or a network expire within a day. They stay until then, because the account
    may have claimed an address that is somebody else's, and its erasure must not give strangers new attempts.
    """
    for kind in ("password", "picks", "key", "export", "email", "webhook"):
        queries.forget(connection, _key(f"{kind}:user", str(user_id)))


def forget_attempts(connection: Connection, operation: str, user_id: int) -> None:
    """Delete the count of the user's attempts at an operation of another room."""
    queries.forget(connection, _key(f"{operation}:user", str(user_id)))


def delete_good(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` counts that are fully replenished at `at`. Return the number deleted."""
    return queries.delete_good(connection, at, most)


def _rate_at(door: Door) -> Rate:
    limits = sign_in_limits()
    # Clients renew sessions often, and a mail provider unsubscribes for many of its users.
    return limits.refreshes_per_address if door in {"refresh", "unsubscribe"} else limits.logins_per_address


def _password_of(address: str, login: str) -> tuple[_Bucket, ...]:
    limits, account = sign_in_limits(), login.lower()
    both = f"{account} {place(address)}"
    return (
        _bucket("login:account:address", both, limits.tries_per_account_and_address),
        _bucket("login:account:address:daily", both, limits.daily_tries_per_account_and_address),
        _bucket("login:account", account, limits.tries_per_account),
    )


def _own_password_of(user_id: int) -> _Bucket:
    return _of(user_id, "password", user_limits().passwords_per_user)


def _of(user_id: int, act: str, rate: Rate) -> _Bucket:
    return _bucket(f"{act}:user", str(user_id), rate)


def _at(address: str, operation: str, rate: Rate) -> _Bucket:
    return _bucket(f"{operation}:address", place(address), rate)


def _bucket(kind: str, whose: str, rate: Rate) -> _Bucket:
    return _key(kind, whose), Limit(rate.times, rate.window)


def _key(kind: str, whose: str) -> bytes:
    return hashlib.sha256(f"{kind}:{whose}".encode()).digest()


def _give_back(*buckets: _Bucket) -> None:
    with transaction() as connection:
        for key, limit in buckets:
            queries.give_back(connection, key, limit)


def _admit(*buckets: _Bucket, note: bool = True) -> None:
    """Count an attempt in each bucket, up to the first exhausted one.

    note: whether the response states what is left of the first bucket; it always states an exhausted one.

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
    if note or refused:
        allowance.note(left[-1] if refused else left[0])
    if refused:
        raise _too_many(refused)


def _too_many(seconds: int) -> TooManyRequests:
    return TooManyRequests(f"Too many attempts. Try again in {_spoken(seconds)}.", seconds)


def _spoken(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if seconds > 90:  # noqa: PLR2004 - longer times are given in minutes
        return f"{minutes} minutes"
    return "1 second" if seconds == 1 else f"{seconds} seconds"
