"""The seed that decides a league's order of chance. Pure.

The seed is drawn when the league is made, and its commitment, SHA-256, is published at once. The seed is shown when the
league starts. So nobody can choose a seed that suits, and everybody can compute the order.
"""

import hmac
from collections.abc import Iterable
from hashlib import sha256

SEED_BYTES = 32


def commitment(seed: bytes) -> str:
    """Return what is published of a seed before it is shown: its SHA-256 in hex.

    Raises ValueError if the seed does not have 32 bytes.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}; draw another")
    return sha256(seed).hexdigest()


def is_seed_of(seed: bytes, published: str) -> bool:
    """Return whether a seed is the one whose commitment was published."""
    return len(seed) == SEED_BYTES and hmac.compare_digest(commitment(seed), published.lower())


def base_order(seed: bytes, constructors: Iterable[int]) -> list[int]:
    """Return constructors in base order: by HMAC-SHA256(seed, "base:" + id) in hex, ascending."""
    return _drawn(seed, "base:", constructors)


def random_order(seed: bytes, event: int, constructors: Iterable[int]) -> list[int]:
    """Return constructors in the order drawn for an event: by HMAC-SHA256(seed, "event:" + event + ":" + id) in hex."""
    return _drawn(seed, f"event:{event}:", constructors)


def _drawn(seed: bytes, purpose: str, constructors: Iterable[int]) -> list[int]:
    return sorted(
        constructors, key=lambda constructor: hmac.digest(seed, f"{purpose}{constructor}".encode(), "sha256").hex()
    )
