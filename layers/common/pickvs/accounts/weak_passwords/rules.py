"""What is compared of a password, a username and an e-mail address. Pure."""

import unicodedata
from collections.abc import Iterator


def folded(text: str) -> str:
    """Return the text in Unicode normalization form NFKC without differences of case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def is_own(password: str, *, username: str, email: str) -> bool:
    """Return whether the password is the user's own name or e-mail address, or the part before or after its `@`.

    Case, punctuation and digits at the end make no difference: `Ada.Lovelace-1815` is the name `ada_lovelace`.
    """
    chosen = set(_forms(password))
    local, _, domain = email.rpartition("@")
    return any(not chosen.isdisjoint(_forms(own)) for own in (username, email, local, domain))


def _forms(text: str) -> Iterator[str]:
    """Yield the forms of a text that are compared: the whole, and its letters and digits without digits at the end."""
    whole = folded(text)
    bare = "".join(character for character in whole if character.isalnum()).rstrip("0123456789")
    yield from filter(None, (whole, bare))
