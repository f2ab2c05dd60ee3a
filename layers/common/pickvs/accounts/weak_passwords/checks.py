"""Refuses weak passwords. Reads the list when it is imported, so import it only where a password is set."""

from pathlib import Path

from pickvs.accounts.weak_passwords.rules import folded, is_own

_COMMON = frozenset(Path(__file__).with_name("common.txt").read_text(encoding="utf-8").splitlines())
"""The most common passwords of 8 or more characters, folded. LICENSES.md names their sources."""


def refuse_weak(password: str, *, username: str, email: str) -> None:
    """Raise ValueError, which says what to do, if the password is common or the user's own name or e-mail address.

    username, email: empty if unknown.
    """
    if folded(password) in _COMMON:
        raise ValueError("is one of the most common passwords; choose another, such as a few words of your own")
    if is_own(password, username=username, email=email):
        raise ValueError("must not be your username or e-mail address, or a part of it; choose another")
