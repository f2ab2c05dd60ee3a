"""API Gateway's throttling: a token bucket for each method."""

import threading
import time
from collections.abc import Callable

from local.api_blueprint import Throttle


class TokenBucket:
    """Holds up to `burst` tokens and gains `rate` tokens per second. Each request takes one token."""

    def __init__(self, limits: Throttle, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens = float(limits.burst)
        self._counted_at = clock()

    def take(self) -> bool:
        """Take a token and return True, or return False if there is none."""
        with self._lock:
            now = self._clock()
            gained = (now - self._counted_at) * self._limits.rate
            self._tokens = min(float(self._limits.burst), self._tokens + gained)
            self._counted_at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
