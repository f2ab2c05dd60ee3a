"""Types exchanged between a job and its data source."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Question:
    """A GET request without the API key, so that it can be recorded. subject: what it is about, such as a sport."""

    kind: str
    """Kind of data requested, in one word. Names a folder of the stored raw responses."""
    subject: str
    path: str
    """Path relative to the source's base URL."""
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Credits:
    """Usage credits as reported by the source. Each may be absent, and `remaining` can be negative."""

    used: int | None = None
    remaining: int | None = None
    last: int | None = None
    """Cost of this request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete, successful response, not yet parsed."""

    body: bytes
    http_status: int
    credits: Credits
    attempts: int


class Source(Protocol):
    """A data source."""

    @property
    def name(self) -> str:
        """Name of the source, and of the folder with its stored raw responses."""

    def ask(self, question: Question, *, seconds: float) -> Answer:
        """Return the response to `question` within about `seconds`, including retries. Raises ProviderError."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part of a response that was skipped, and why. The rest was used.

    Subclasses may add fields that locate the part, each a text or None. The run's row lists all fields that are not
    None.
    """

    reason: str
    provider_id: str | None = None
    """The source's id of the part."""


@dataclass(frozen=True, slots=True)
class Capture[Item]:
    """Parsed contents of a response: the readable items, and the skipped parts.

    lost: share of the response that could not be read, from 0 to 1. None: every item and skipped part counts as one.
    """

    items: tuple[Item, ...]
    skipped: tuple[Skipped, ...]
    lost: Fraction | None = None

    @property
    def skipped_share(self) -> Fraction:
        """Share of the response that could not be read. It is 1 if the response has parts and all are unreadable."""
        if self.lost is not None:
            return self.lost
        return Fraction(len(self.skipped), len(self.skipped) + len(self.items)) if self.skipped else Fraction(0)
