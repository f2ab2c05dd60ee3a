"""A clock that stands still until somebody moves it, for all processes of a laptop cloud.

The moment is in a file, because the functions run in processes of their own. They read it through
`pickvs.core.clock`; everything in this process asks the object.
"""

import heapq
import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

VARIABLE = "PICKVS_CLOCK_FILE"
"""Environment variable of the functions with the file's path."""


class HeldClock:
    """A `local.clocks.Clock` at `moment`, and the timers that it has been asked for."""

    def __init__(self, file: Path, moment: datetime) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._timers: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._moment = moment.astimezone(UTC)
        self._write()

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that make a function follow this clock."""
        return {VARIABLE: str(self._file)}

    def now(self) -> datetime:
        """Return the moment at which the clock is held."""
        return self._moment

    def monotonic(self) -> float:
        """Return the moment in seconds since 1970."""
        return self._moment.timestamp()

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Have `call` called by `fire_due`, once the clock has been moved on by `seconds`."""
        with self._lock:
            heapq.heappush(self._timers, (self._moment + timedelta(seconds=seconds), next(self._numbers), call))

    def move_to(self, moment: datetime) -> None:
        """Hold the clock at `moment`. Raises ValueError if that is before the present one: time never goes back."""
        if moment < self._moment:
            raise ValueError(f"the clock cannot go back from {self._moment} to {moment}")
        self._moment = moment.astimezone(UTC)
        self._write()

    def next_due(self) -> datetime | None:
        """Return when a timer is due next; None if there is none."""
        with self._lock:
            return self._timers[0][0] if self._timers else None

    def fire_due(self) -> None:
        """Call what is due, in order."""
        while True:
            with self._lock:
                if not self._timers or self._timers[0][0] > self._moment:
                    return
                _, _, call = heapq.heappop(self._timers)
            call()

    def _write(self) -> None:
        # Renaming is atomic: a function reads the old moment or the new one, never half of one.
        new = self._file.with_suffix(".new")
        new.write_text(self._moment.isoformat(), encoding="ascii")
        new.replace(self._file)
