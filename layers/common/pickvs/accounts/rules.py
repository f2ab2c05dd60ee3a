"""What a username, a password and the life of a session are. Pure."""

import unicodedata
from datetime import datetime, timedelta

USERNAME_PATTERN = r"^[A-Za-z0-9_-]*$"
"""The characters of a username; it is unique without regard to case."""
USERNAME_MIN, USERNAME_MAX = 3, 30
"""Characters in a username."""

ERASED_PREFIX = "deleted-"
"""How the name of every erased account begins, and no name that somebody may take."""

PASSWORD_MIN, PASSWORD_MAX = 8, 128
"""Characters in a password, as typed. The upper bound keeps the cost of hashing small."""

EMAIL_MAX = 254
"""Characters in an e-mail address: what fits into the path of an SMTP command (RFC 5321, 4.5.3.1.3)."""

ACCESS_TOKEN_LIFETIME = timedelta(minutes=30)
"""How long an access token is good for."""

REFRESH_TOKEN_LIFETIME = timedelta(days=30)
"""How long a refresh token is good for."""

ENDED_TOKENS_KEPT = timedelta(days=7)
"""How long an expired or revoked refresh token is still known: one that was used, and comes again, gives a copy away
even then."""

REFRESH_TOKEN_MAX = 512
"""Characters that are read as a refresh token; ours have 43."""

REFRESH_GRACE = timedelta(seconds=10)
"""How long after its first use a refresh token may come again and still be taken for the same request sent twice (a
retry, two tabs). Later, somebody else has a copy of it (RFC 9700, 4.14.2)."""


def is_sent_twice(used_at: datetime, at: datetime) -> bool:
    """Tell whether a refresh token first used at `used_at` that comes again at `at` is one request sent twice."""
    return at < used_at + REFRESH_GRACE


def password_bytes(password: str) -> bytes:
    """Return what is hashed: the password in Unicode's NFKC form, as UTF-8.

    The same keys give composed letters on one device and decomposed ones on the next; both must open the account
    (NIST SP 800-63B, 5.1.1.2). Raises UnicodeEncodeError for text with half a surrogate pair.
    """
    return unicodedata.normalize("NFKC", password).encode()
