"""Ends busy processes of functions while a replay goes on, as a machine would that fails."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence

LOOKS_EVERY_SECONDS = 0.002
"""Time between two looks for a busy process."""


class Crashes:
    """Crashes `number` processes, spread evenly over the replay.

    Of the functions that are busy, one of those is hit that have been hit least often: some are busy much more often
    than others.

    crash: ends a busy process of a function; returns whether there was one. progress: what part of the replay is done,
    0 to 1.
    """

    def __init__(
        self, crash: Callable[[str], bool], functions: Sequence[str], number: int, progress: Callable[[], float]
    ) -> None:
        self._crash = crash
        self._functions = list(functions)
        self._number = number
        self._progress = progress
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
        while self.done.total() < self._number and not self._stopping.wait(LOOKS_EVERY_SECONDS):
            if self.done.total() >= self._number * self._progress():
                continue
            self._chance.shuffle(self._functions)
            self._functions.sort(key=lambda each: self.done[each])
            name = next(filter(self._crash, self._functions), None)
            if name is not None:
                self.done[name] += 1
