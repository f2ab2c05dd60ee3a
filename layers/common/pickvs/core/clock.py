"""The only source of time. Rules take moments as arguments; services call `now()`; tests and replays can freeze it.

Tests hold the clock inside a block (`held_at`). A replay on the laptop cloud holds it for all processes at once: a file
has the moment, and only the replay's laptop cloud names that file to its functions (`Settings.clock_file`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_held: ContextVar[datetime | None] = ContextVar("_held", default=None)


def now() -> datetime:
    """Return the current time, timezone-aware, in UTC.

    Raises ConfigurationError if a replay's clock cannot be read: no function may fall back to the real time then.
    """
    held = _held.get()
    if held is not None:
        return held
    # Not at the top: an endpoint that has no settings and never asks for the time loads without them.
    from pickvs.core.config import settings

    file = settings().clock_file
    return datetime.now(UTC) if file is None else _read(file)


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Make `now()` return `moment` inside the block, in this thread and its tasks only.

    Raises ValueError if `moment` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("the clock can only be held at a timezone-aware moment")
    token = _held.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)


def _read(file: str) -> datetime:
    from pathlib import Path

    from pickvs.core.errors import ConfigurationError

    try:
        moment = datetime.fromisoformat(Path(file).read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise ConfigurationError("the file of the held clock cannot be read") from error
    if moment.tzinfo is None:
        raise ConfigurationError("the file of the held clock has no time zone")
    return moment.astimezone(UTC)
