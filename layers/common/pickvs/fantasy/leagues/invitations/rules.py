"""Codes and lives of invitations. Pure."""

from datetime import timedelta
from hashlib import sha256
from typing import Literal

type InvitationKind = Literal["user", "email", "code", "handover"]
"""Whom an invitation is for: one user, whoever has confirmed an address, whoever has the code; or a league's next
commissioner, who is a member."""

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Characters of a code, of which no two look alike: without I, L, O, 0 and 1."""

CODE_LENGTH = 10
"""Length of a code in characters: 49 bits."""

CODE_PATTERN = r"^(.*#)?([ -]*[A-HJKMNP-Za-hjkmnp-z2-9]){10}[ -]*$"
"""Format of a code as it is sent: in any case, with hyphens and spaces anywhere, alone or after the # of a link."""

CODE_WORDS = "must be an invitation code, such as 4F7KA-9QXMB, or a link that ends with one"
"""The format in words, for errors."""

MOST_CODES = 5
"""Maximum number of a league's codes that live at the same time."""

LIFE = timedelta(days=7)
"""Time for which an invitation lives. A code may be given less."""

DEAD_KEPT = timedelta(days=30)
"""Age after its end at which an invitation is deleted."""

_IGNORED = str.maketrans("", "", " -")
_HALF = CODE_LENGTH // 2


def read_code(text: str) -> str:
    """Return the code in a text that matches CODE_PATTERN, as its hash is made of."""
    return text.rpartition("#")[2].upper().translate(_IGNORED)


def write_code(code: str) -> str:
    """Return a code as people read it: in two halves."""
    return f"{code[:_HALF]}-{code[_HALF:]}"


def digest(code: str) -> bytes:
    """Return what is stored of a code. A code has 49 random bits and lives for days, so a plain hash is enough."""
    return sha256(code.encode()).digest()
