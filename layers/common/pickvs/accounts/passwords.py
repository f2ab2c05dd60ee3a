"""Password hashing: Argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane). About 20 ms on a full core."""

import argon2

from pickvs.accounts.rules import password_bytes

_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16)

_NOBODY = f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}${'A' * 22}${'A' * 43}"
"""Dummy hash with the current parameters and an all-zero digest, for which no password is known."""


def make_hash(password: str) -> str:
    """Return the hash to store for `password`. It includes the parameters and a random salt."""
    return _HASHER.hash(password_bytes(password))


def verify(password: str, stored: str | None) -> bool:
    """Return whether `password` matches the hash `stored`.

    stored: None if no account has the e-mail address. Then returns False after the same amount of work, so that timing
    does not reveal which accounts exist. Raises argon2's VerificationError or InvalidHashError if `stored` is not a
    hash.
    """
    try:
        _HASHER.verify(_NOBODY if stored is None else stored, password_bytes(password))
    except argon2.exceptions.VerifyMismatchError:
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Return whether the hash `stored` has other parameters than the current ones."""
    return _HASHER.check_needs_rehash(stored)
