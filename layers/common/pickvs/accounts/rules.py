"""Rules for usernames, passwords and session lifetimes. Pure."""

import unicodedata
from datetime import datetime, timedelta

USERNAME_PATTERN = r"^[A-Za-z0-9_-]*$"
"""Characters allowed in a username. Usernames are unique regardless of case."""
USERNAME_WORDS = "must have only the letters A to Z and a to z, digits, _ and -"
"""The pattern in words, for errors."""
USERNAME_MIN, USERNAME_MAX = 3, 30
"""Length of a username in characters."""

ERASED_PREFIX = "deleted-"
"""Prefix of the usernames of erased accounts. Reserved: no one can register such a name."""

PASSWORD_MIN, PASSWORD_MAX = 8, 128
"""Length of a password in characters, as typed. The upper bound limits the cost of hashing."""

EMAIL_MAX = 254
"""Maximum length of an e-mail address in characters, given by the path of an SMTP command (RFC 5321, 4.5.3.1.3)."""
EMAIL_WORDS = "must be an e-mail address, such as ada@example.com"
"""What an e-mail address must be, for errors."""

ACCESS_TOKEN_LIFETIME = timedelta(minutes=30)
"""Lifetime of an access token."""

REFRESH_TOKEN_LIFETIME = timedelta(days=30)
"""Lifetime of a refresh token."""

ENDED_TOKENS_KEPT = timedelta(days=7)
"""Retention of expired and revoked refresh tokens. The reuse of one reveals a stolen copy even after it has ended."""

REFRESH_TOKEN_MAX = 512
"""Maximum length of a refresh token in a request, in characters. Issued tokens have 43."""

REFRESH_GRACE = timedelta(seconds=60)
"""Time after the first use of a refresh token in which a repeat counts as the same request: the client has lost the
answer. A later use means that the token was stolen (RFC 9700, 4.14.2)."""

AT_ONCE = timedelta(seconds=10)
"""Time after the first use of a refresh token in which repeats count as simultaneous (two tabs, a doubled request): the
client may keep any of the answers. A later repeat says that the answers before it are lost."""


def is_repeat(used_at: datetime, at: datetime) -> bool:
    """Return whether a use at `at` of a refresh token first used at `used_at` counts as the same request."""
    return at < used_at + REFRESH_GRACE


def is_simultaneous(used_at: datetime, at: datetime) -> bool:
    """Return whether a repeat at `at` leaves open which of the answers since `used_at` the client keeps."""
    return at < used_at + AT_ONCE


def password_bytes(password: str) -> bytes:
    """Return the bytes to hash: the password in Unicode normalization form NFKC, encoded as UTF-8.

    The same keystrokes produce composed letters on one device and decomposed ones on another. Both must be accepted
    (NIST SP 800-63B, 5.1.1.2). Raises UnicodeEncodeError if the password has an unpaired surrogate.
    """
    return unicodedata.normalize("NFKC", password).encode()
