"""The only source of time. Rules take moments as values; services ask here; a test or a replay holds the hands."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_held: ContextVar[datetime | None] = ContextVar("_held", default=None)


def now() -> datetime:
    """Return the current moment, timezone-aware, in UTC."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Make `now()` answer `moment` (timezone-aware) inside the block, in this thread and its tasks only."""
    if moment.tzinfo is None:
        raise ValueError("the clock can only be held at a timezone-aware moment")
    token = _held.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
