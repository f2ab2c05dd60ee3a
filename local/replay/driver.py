"""Moves a held clock from one event to the next, and waits until everything that an event has set off is over.

So what happens does not depend on how fast the machine is: events do not overlap, and whatever is due at one moment
happens in the order of the sources.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from local.replay.clock import HeldClock


class Source(Protocol):
    """Something that happens at times: rules, alarms, timers, people."""

    def next_due(self) -> datetime | None:
        """Return when something is due next; None if nothing is."""

    def fire_due(self) -> None:
        """Do what is due at the clock's time. Afterwards `next_due` is later than that, or None."""


class Together:
    """Several sources as one. What is due at one moment is set off at once, so that it may overlap.

    For events that are independent of each other: at one held moment, neither sees what the other does.
    """

    def __init__(self, *sources: Source) -> None:
        self._sources = sources

    def next_due(self) -> datetime | None:
        """Return when a source is due next."""
        return min((due for source in self._sources if (due := source.next_due()) is not None), default=None)

    def fire_due(self) -> None:
        """Do what is due next, in the order of the sources."""
        now = self.next_due()
        for source in self._sources:
            due = source.next_due()
            if due is not None and now is not None and due <= now:
                source.fire_due()


class StuckError(Exception):
    """A source did what was due and says that it is due still."""


class Driver:
    """Drives `clock` through the events of `sources`.

    settle: waits until everything that was set off has ended. speed: seconds of the held time that pass in a second, at
    most; None: as fast as it goes. watch: called after each event.
    """

    def __init__(
        self,
        clock: HeldClock,
        sources: Sequence[Source],
        *,
        settle: Callable[[], None],
        speed: float | None = None,
        watch: Callable[[], None] = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sources = sources
        self._settle = settle
        self._speed = speed
        self._watch = watch
        self._sleep = sleep

    def run(self, until: datetime) -> int:
        """Let everything happen that is due up to `until`, leave the clock there, and return the number of events.

        Raises StuckError if a source would make this go on for ever.
        """
        events = 0
        while True:
            due, source = self._first()
            if source is None or due is None or due > until:
                break
            self._go_to(max(due, self._clock.now()))
            source.fire_due()
            self._settle()
            after = source.next_due()
            if after is not None and after <= due:
                raise StuckError(f"{type(source).__name__} is due at {due} for ever")
            events += 1
            self._watch()
        self._go_to(until)
        return events

    def _first(self) -> tuple[datetime | None, Source | None]:
        """Return the source that is due next and when; the first of several that are due at the same time."""
        first: tuple[datetime | None, Source | None] = (None, None)
        for source in self._sources:
            due = source.next_due()
            if due is not None and (first[0] is None or due < first[0]):
                first = (due, source)
        return first

    def _go_to(self, moment: datetime) -> None:
        if self._speed is not None:
            self._sleep((moment - self._clock.now()).total_seconds() / self._speed)
        self._clock.move_to(moment)
