"""How much is left to a caller of what is limited: noted where it is counted, told where the answer is written."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a limit allows, and what is left of it after a try."""

    limit: int
    """Tries at once, when none is spent."""
    remaining: int
    reset_seconds: int
    """Until none is spent any more."""


_noted: ContextVar[Allowance | None] = ContextVar("_noted", default=None)


def note(allowance: Allowance) -> None:
    """Note what is left after the try that the present request has made."""
    _noted.set(allowance)


def take_noted() -> Allowance | None:
    """Return what has been noted since the last call, and forget it."""
    noted = _noted.get()
    _noted.set(None)
    return noted
