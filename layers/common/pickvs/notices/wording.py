"""What the words of every kind of notice are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

type Data = Mapping[str, Any]
"""A notice's data: facts about what it tells. A fact that is missing is left out of the words."""


@dataclass(frozen=True, slots=True)
class Words:
    """A title of one line, and a text of a few sentences."""

    title: str
    text: str


def moment(text: Any) -> str:
    """Return a moment in words, in UTC. Of a text that is none, that it is another time."""
    try:
        return f"{datetime.fromisoformat(str(text)).astimezone(UTC):%a %d %b %Y %H:%M} UTC"
    except ValueError:
        return "another time"
