"""Sizes, names and invitation codes of groups. Pure."""

from typing import Literal

from pickvs.accounts.keys.rules import NAME_MAX, NAME_PATTERN, NAME_WORDS

__all__ = ["NAME_MAX", "NAME_PATTERN", "NAME_WORDS"]  # a group's name has the format of an API key's

type Role = Literal["owner", "member"]
"""What a member of a group may do in it: everything, or look at it and leave."""

GROUPS_PER_USER_MAX = 20
"""Maximum number of groups that a user is in."""

MEMBERS_MAX = 1000
"""Maximum number of members of a group. It bounds the cost of a page of the group's board."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Characters of a code: Crockford's Base32, of which no two look alike. 5 bits each."""

CODE_LENGTH = 12
"""Length of a code in characters: 60 bits."""

CODE_PATTERN = r"^(.*#)?([ -]*[0-9A-TV-Za-tv-z]){12}[ -]*$"
"""Format of a code as it is sent: in any case, with hyphens and spaces anywhere, alone or after the # of a link."""

CODE_WORDS = "must be an invitation code, such as 4F7K-9QXM-2TZC, or a link that ends with one"
"""The format in words, for errors."""

_READ = str.maketrans("OIL", "011", " -")
"""Letters that are taken for the digits they look like, and characters that are ignored."""

_PART = 4


def read_code(text: str) -> str:
    """Return the code in a text that matches CODE_PATTERN, as it is stored."""
    return text.rpartition("#")[2].upper().translate(_READ)


def write_code(code: str) -> str:
    """Return a stored code as people read it: in parts of 4 characters."""
    return "-".join(code[start : start + _PART] for start in range(0, CODE_LENGTH, _PART))
