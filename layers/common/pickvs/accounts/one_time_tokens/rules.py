"""Purposes, lifetimes and form of one-time tokens. Pure."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

type Purpose = Literal["confirm_email", "reset_password"]
"""What a token permits, once."""

LIFETIME: Mapping[Purpose, timedelta] = MappingProxyType(
    {"confirm_email": timedelta(hours=24), "reset_password": timedelta(hours=1)}
)
"""Time until a token expires."""

TOKEN_MAX = 512
"""Maximum length of a token in a request, in characters. Issued tokens have 43."""


def hash_token(token: str) -> bytes:
    """Return the SHA-256 to store for a token. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()
