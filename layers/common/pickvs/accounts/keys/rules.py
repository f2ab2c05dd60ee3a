"""What an API key is, what it may be made for and how long it is good. Pure."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Literal

type KeyScope = Literal["picks:read", "picks:write"]
"""What a key may be made for."""

SCOPES: tuple[KeyScope, ...] = ("picks:read", "picks:write")
"""All scopes, in the order in which a key's are stored and shown."""

MARK = "pvk_"
"""How every key begins: it tells one from an access token, and lets scanners of public code find one that leaked."""

PREFIX_LENGTH = 12
"""Characters of a key that stay visible. The 35 others hide 208 of its 256 random bits."""

NAME_MAX = 60
"""Characters in the name that a user gives to a key."""

NAME_PATTERN = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*[^\s\x00-\x1f\x7f])?$"
"""The characters of a name: none that control how a text runs, and no space at either end."""

LIVING_KEYS_MAX = 20
"""Keys that one user may have at a time; revoked and expired ones do not count."""

LIFE_MAX = timedelta(days=365)
"""How far ahead a key's end may be set. A key without an end is good until it is revoked."""

LAST_USED_STEP = timedelta(minutes=1)
"""How old `last_used_at` must be before another use is written down."""

_KEY = re.compile(r"pvk_[A-Za-z0-9_-]{43}")


def is_meant_as_key(credentials: str) -> bool:
    """Tell whether a caller means `credentials` as an API key, well formed or not; otherwise it is an access token."""
    return credentials.startswith(MARK)


def is_well_formed(key: str) -> bool:
    """Tell whether `key` can be an API key at all: the mark and 256 bits in base64url."""
    return _KEY.fullmatch(key) is not None


def hash_key(key: str) -> bytes:
    """Return the SHA-256 under which a key is stored; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(key.encode()).digest()


def why_refused(*, revoked_at: datetime | None, expires_at: datetime | None, at: datetime) -> str | None:
    """Return why a key is not good (any more) at the moment `at`, for the log; None for a good one."""
    if revoked_at is not None:
        return "revoked key"
    if expires_at is not None and expires_at <= at:
        return "expired key"
    return None


def is_use_due(last_used_at: datetime | None, at: datetime) -> bool:
    """Tell whether a use at the moment `at` is to be written down after the one that was written last."""
    return last_used_at is None or last_used_at + LAST_USED_STEP <= at
