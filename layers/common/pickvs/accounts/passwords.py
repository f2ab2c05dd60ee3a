"""Password hashes: argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane), about 20 ms on a full core."""

import argon2

from pickvs.accounts.rules import password_bytes

_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16)

_NOBODY = f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}${'A' * 22}${'A' * 43}"
"""A hash of the present parameters that no password is known to have (its digest is all zeros)."""


def make_hash(password: str) -> str:
    """Return the hash to store for `password`, with its parameters and a salt of its own inside."""
    return _HASHER.hash(password_bytes(password))


def verify(password: str, stored: str | None) -> bool:
    """Tell whether `password` belongs to the hash `stored`.

    With no stored hash (nobody has this e-mail address) the answer is False after the same work, so that its duration
    says nothing about who has an account. Raises argon2's VerificationError or InvalidHashError when `stored` is no
    hash.
    """
    try:
        _HASHER.verify(_NOBODY if stored is None else stored, password_bytes(password))
    except argon2.exceptions.VerifyMismatchError:
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether `stored` was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)
