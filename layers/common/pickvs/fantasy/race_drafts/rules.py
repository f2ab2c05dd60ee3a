"""The words of motor racing for those of the engine. Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_WORDS: Mapping[str, str] = MappingProxyType({"contestant": "driver", "event": "race"})
_WORD = re.compile(rf"(?<![a-z])({'|'.join(_WORDS)})(s?)(?![a-z])", re.IGNORECASE)


def in_our_words(text: str) -> str:
    """Return a sentence, a name or a code with the words of motor racing: `CONTESTANT_TAKEN` becomes `DRIVER_TAKEN`."""
    return _WORD.sub(_translated, text)


def renamed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with their names in the words of motor racing. The values stay."""
    return {in_our_words(name): value for name, value in facts.items()}


def _translated(found: re.Match[str]) -> str:
    word, plural = found.groups()
    ours = _WORDS[word.lower()]
    return ours.upper() + plural if word.isupper() else ours + plural
