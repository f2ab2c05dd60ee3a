"""Tokens of unsubscribe links. Pure."""

import hashlib
import hmac
import re

_TOKEN = re.compile(r"([1-9][0-9]{0,18})\.([a-z]+\.[a-z_]+)\.([0-9a-f]{32})")
_LONGEST = 2**63 - 1


def write_token(user_id: int, kind: str, key: bytes) -> str:
    """Return the token with which anybody can turn off the user's mails of a kind. key: 32 random bytes of the user."""
    return f"{user_id}.{kind}.{_signature(user_id, kind, key)}"


def read_token(token: str) -> tuple[int, str] | None:
    """Return the user and the kind that a token names. None if it is malformed. `is_genuine` checks the rest."""
    parts = _TOKEN.fullmatch(token)
    if parts is None or int(parts[1]) > _LONGEST:
        return None
    return int(parts[1]), parts[2]


def is_genuine(token: str, key: bytes) -> bool:
    """Return whether a well-formed token was signed with the key."""
    head, _, signature = token.rpartition(".")
    user_id, _, kind = head.partition(".")
    return hmac.compare_digest(signature, _signature(int(user_id), kind, key))


def _signature(user_id: int, kind: str, key: bytes) -> str:
    """Return 128 bits of HMAC-SHA256: nobody can try more than a few thousand of them a second."""
    return hmac.digest(key, f"unsubscribe {user_id} {kind}".encode(), hashlib.sha256).hex()[:32]
