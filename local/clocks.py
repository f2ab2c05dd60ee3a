"""The time by which a laptop cloud judges: rules, alarms, retries, cached grants and throttles all ask one clock."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A source of time, and a way to have something called later."""

    def now(self) -> datetime:
        """Return the time, in UTC."""

    def monotonic(self) -> float:
        """Return seconds since some moment. They never go back."""

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Have `call` called in `seconds`, in another thread. It is not called if the process ends before."""


class RealClock:
    """Time as it goes by."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Have `call` called in `seconds`."""
        timer = threading.Timer(seconds, call)
        timer.daemon = True
        timer.start()


REAL = RealClock()
