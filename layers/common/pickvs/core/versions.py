"""Answers that have a version, so that a reader who has the current one is not sent it again."""

from collections.abc import Callable
from dataclasses import dataclass

type IsKnown = Callable[[str], bool]
"""Tells whether the reader has a version already."""


@dataclass(frozen=True, slots=True)
class Versioned[Body]:
    """What a reader is sent.

    version: of the body, unique for the address; letters, digits, `.` and `_`. max_age: seconds for which the reader
    may keep it without asking again. body: None if the reader has this version.
    """

    version: str
    max_age: int
    body: Body | None
