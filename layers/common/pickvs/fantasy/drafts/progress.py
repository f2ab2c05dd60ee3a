"""A draft while one command is carried out. Pure."""

from datetime import datetime

from pickvs.fantasy.drafts.acts import Act, Entry
from pickvs.fantasy.drafts.commands import Facts, Queue
from pickvs.fantasy.drafts.evolving import evolve
from pickvs.fantasy.drafts.state import State


class Progress:
    """The state of a draft, the acts that have led to it in this command, and the one moment at which they happen."""

    def __init__(self, state: State, facts: Facts, now: datetime) -> None:
        self.state = state
        self.entries: list[Entry] = []
        self.queues = dict(facts.queues)
        self.opening = facts.opening
        # Clocks of functions differ by milliseconds: an act is never earlier than the one before it.
        self.at = max(now, state.last_at)

    def record(self, act: Act, by: int | None = None) -> None:
        """Append an act to the log, and bring the state up to it."""
        entry = Entry(self.state.version + 1, self.at, by, act)
        self.state = evolve(self.state, entry)
        self.entries.append(entry)

    def queue_of(self, constructor: int) -> Queue:
        """Return a constructor's queue, which may be empty."""
        return self.queues.get(constructor, Queue())

    def choice_for(self, constructor: int) -> int | None:
        """Return whom autopick takes: the first available of the queue, else the best ranked. None: nobody is left."""
        return self.state.best_of((*self.queue_of(constructor).contestants, *self.state.pool))
