"""What is compared of a password, a username and an e-mail address. Pure."""

import re
import unicodedata
from collections.abc import Iterator

_INVISIBLE = frozenset({"Mn", "Cf", "Cc"})
"""Unicode categories of accents and of characters that leave no mark."""
_BETWEEN = re.compile(r"[\W_]+")
_DIGITS = "0123456789"


def folded(text: str) -> str:
    """Return the text as it is compared: without case, accents, invisible characters and white space around it.

    Compatible forms are one (Unicode normalization form NFKD), and digits of all scripts are ASCII digits.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(map(_ascii_digit, plain)).strip()


def _ascii_digit(character: str) -> str:
    """Return a digit as an ASCII digit, nothing for an invisible character, and any other character as it is."""
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def is_own(password: str, *, username: str, email: str) -> bool:
    """Return whether the password is the user's own name or e-mail address, or a part of one.

    Parts stand between punctuation: `lovelace` is one of `ada_lovelace`, and so is `ada.lovelace` of an address with
    that name before the `@` or a `+`. Case, accents, punctuation and digits around it make no difference:
    `Ada.Lovelace-1815` is the name `ada_lovelace`.
    """
    chosen = set(_forms(password))
    local, _, domain = email.rpartition("@")
    mailbox, *_ = local.split("+")
    whole = (username, email, local, mailbox, domain)
    parts = (part for own in (username, local) for part in _BETWEEN.split(folded(own)))
    return any(not chosen.isdisjoint(_forms(own)) for own in (*whole, *parts))


def _forms(text: str) -> Iterator[str]:
    """Yield the forms of a text that are compared: the whole, and its letters and digits without digits around them."""
    whole = folded(text)
    bare = "".join(character for character in whole if character.isalnum()).strip(_DIGITS)
    yield from filter(None, (whole, bare))
