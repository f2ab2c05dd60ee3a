"""Format, scopes and validity of API keys. Pure."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Literal

type KeyScope = Literal[
    "picks:read", "picks:write", "predictions:read", "drafts:read", "drafts:write", "dfs:read", "dfs:write"
]
"""Scope of a key."""

SCOPES: tuple[KeyScope, ...] = (
    "picks:read",
    "picks:write",
    "predictions:read",
    "drafts:read",
    "drafts:write",
    "dfs:read",
    "dfs:write",
)
"""All scopes, in the order in which they are stored and returned."""

MARK = "pvk_"
"""Prefix of every key. Distinguishes keys from access tokens, and lets secret scanners find leaked keys."""

PREFIX_LENGTH = 12
"""Number of characters of a key that remain visible. The other 35 contain 208 of its 256 random bits."""

NAME_MAX = 60
"""Maximum length of a key's name in characters."""

NAME_PATTERN = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*[^\s\x00-\x1f\x7f])?$"
"""Format of a name: no control characters, including those for text direction, and no spaces at either end."""

NAME_WORDS = "must be one line without control characters, and have no space at either end"
"""The format in words, for errors."""

LIVING_KEYS_MAX = 20
"""Maximum number of keys per user. Revoked and expired keys do not count."""

LIFE_DEFAULT = timedelta(days=90)
"""Lifetime of a key for which none is asked. Keys of earlier releases may have no expiry time."""

LIFE_MAX = timedelta(days=365)
"""Maximum lifetime of a key."""

LAST_USED_STEP = timedelta(minutes=1)
"""Minimum age of `last_used_at` before it is updated."""

_KEY = re.compile(r"pvk_[A-Za-z0-9_-]{43}")


def is_meant_as_key(credentials: str) -> bool:
    """Return whether `credentials` are an API key, well-formed or not. Otherwise they are an access token."""
    return credentials.startswith(MARK)


def is_well_formed(key: str) -> bool:
    """Return whether `key` has the format of an API key: the prefix and 256 bits in base64url."""
    return _KEY.fullmatch(key) is not None


def hash_key(key: str) -> bytes:
    """Return the SHA-256 to store for a key. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(key.encode()).digest()


def why_refused(*, revoked_at: datetime | None, expires_at: datetime | None, at: datetime) -> str | None:
    """Return why a key is not valid at `at`, for the log. None if it is valid."""
    if revoked_at is not None:
        return "revoked key"
    if expires_at is not None and expires_at <= at:
        return "expired key"
    return None


def is_use_due(last_used_at: datetime | None, at: datetime) -> bool:
    """Return whether a use at `at` must be recorded, given the last recorded use."""
    return last_used_at is None or last_used_at + LAST_USED_STEP <= at
