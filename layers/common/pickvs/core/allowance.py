"""The caller's remaining rate-limit allowance. The limiter notes it; the HTTP layer writes it into the response."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """A rate limit, and what remains of it after an attempt."""

    limit: int
    """Maximum number of attempts in a burst."""
    remaining: int
    """Attempts left now."""
    reset_seconds: int
    """Seconds until the full limit is available again."""


_noted: ContextVar[Allowance | None] = ContextVar("_noted", default=None)


def note(allowance: Allowance) -> None:
    """Note the allowance that remains after the current request's attempt."""
    _noted.set(allowance)


def take_noted() -> Allowance | None:
    """Return the allowance noted since the last call, and clear it. None if there is none."""
    noted = _noted.get()
    _noted.set(None)
    return noted
