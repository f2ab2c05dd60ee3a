"""Ends busy processes of functions while a replay goes on, as a machine would that fails."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence

MOST_SECONDS = 1.5
"""Time between two crashes at most."""
LOOKS_EVERY_SECONDS = 0.002
"""Time between two looks for a busy process."""


class Crashes:
    """Crashes processes until `number` were. crash: ends a busy process of a function; returns whether there was one."""

    def __init__(self, crash: Callable[[str], bool], functions: Sequence[str], number: int) -> None:
        self._crash = crash
        self._functions = list(functions)
        self._number = number
        self._chance = random.Random("crashes")  # noqa: S311 - a game of chance, not a secret
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="crashes", daemon=True)
        self.done: Counter[str] = Counter()
        """Processes that were ended, by function."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End no more processes."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        for _ in range(self._number):
            if self._stopping.wait(self._chance.uniform(0, MOST_SECONDS)):
                return
            self._chance.shuffle(self._functions)
            while (name := next(filter(self._crash, self._functions), None)) is None:
                if self._stopping.wait(LOOKS_EVERY_SECONDS):
                    return
            self.done[name] += 1
