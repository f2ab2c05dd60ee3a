"""Reads the forms in which providers write counts and playing times. Each raises Unreadable for anything else."""

import re
from collections.abc import Mapping
from typing import Any

from pickvs.markets.providers.reading import Unreadable

_COUNT = re.compile(r"-?[0-9]{1,4}")
_PAIR = re.compile(r"([0-9]{1,3})[-/]([0-9]{1,3})")
_CLOCK = re.compile(r"([0-9]{1,3})(?::([0-5][0-9]))?")
_INNINGS = re.compile(r"([0-9]{1,2})(?:\.([012]))?")
_PERSON = re.compile(r"[A-Za-z0-9_-]{1,40}")
_OUTS = 3


def count(raw: Any, what: str) -> int:
    """Return a count, which may be negative, from an integer or its digits."""
    if isinstance(raw, bool) or not isinstance(raw, str | int) or not _COUNT.fullmatch(str(raw)):
        raise Unreadable(f"{what} is not a count")
    return int(raw)


def pair(raw: Any, what: str) -> tuple[int, int]:
    """Return the counts of "6-10" or "6/10"."""
    found = _PAIR.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise Unreadable(f"{what} is not two counts")
    return int(found[1]), int(found[2])


def seconds(raw: Any, what: str) -> int:
    """Return the seconds of "11:23", or of whole minutes."""
    found = _CLOCK.fullmatch(raw if isinstance(raw, str) else str(raw)) if not isinstance(raw, bool) else None
    if found is None:
        raise Unreadable(f"{what} is not a playing time")
    return 60 * int(found[1]) + int(found[2] or 0)


def outs(raw: Any, what: str) -> int:
    """Return the outs of innings such as "5.2": five innings and two outs."""
    found = _INNINGS.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise Unreadable(f"{what} is not a number of innings")
    return _OUTS * int(found[1]) + int(found[2] or 0)


def person_id(raw: Any) -> str:
    """Return a provider's id of a player, from a string or an integer."""
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(text, str) or not _PERSON.fullmatch(text):
        raise Unreadable("a player has no readable id")
    return text


def inside(raw: Any, *path: str) -> Any:
    """Return what lies at a path of names within objects; None if any of them is missing or no object."""
    for name in path:
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw


def short(raw: Any, length: int) -> str | None:
    """Return a short text, such as a position or a number on a shirt; None if it is missing or longer."""
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    return text if isinstance(text, str) and 0 < len(text) <= length and text.isprintable() and text.strip() else None
