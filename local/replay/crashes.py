"""Ends busy processes of functions while a replay goes on, as a machine would that fails."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence

LOOKS_EVERY_SECONDS = 0.002
"""Time between two looks for a busy process."""
AHEAD = 1
"""Crashes that may come before they are due."""


class Crashes:
    """Crashes `number` processes, spread evenly over the replay.

    A function that has been hit less often than its share is hit as soon as it is busy, up to AHEAD crashes early: most
    are busy for moments only, in which no crash may be due. A crash that is due hits whichever function is busy.

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
            due = self._number * self._progress()
            if self.done.total() >= due + AHEAD:
                continue
            self._chance.shuffle(self._functions)
            self._functions.sort(key=lambda each: self.done[each])
            is_due, share = self.done.total() < due, due / len(self._functions)
            wanted = [each for each in self._functions if is_due or self.done[each] < share]
            name = next(filter(self._crash, wanted), None)
            if name is not None:
                self.done[name] += 1
