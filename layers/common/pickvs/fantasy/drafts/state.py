"""What a draft is at a moment: its slots, its picks, and whose turn it is. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pickvs.fantasy.drafts.clock import Hours
from pickvs.fantasy.drafts.order import Slot
from pickvs.fantasy.leagues.rules import AtLock, Method, OnExpiry, Replacement

type Phase = Literal["waiting", "open", "locked", "void"]
"""The life of a draft. A void draft was not held: the same order comes again."""

type VoidCause = Literal["cancelled", "too_few_constructors", "no_pool"]
"""Why a draft was not held: the event was cancelled, one constructor was alone, or no contestants were known."""

type Auto = Literal["off", "next", "on"]
"""Whether the system picks for a constructor as soon as it is on turn: never, at its next turn, or always."""

type MadeBy = Literal["owner", "commissioner", "queue", "auto", "expiry", "retired", "lock"]
"""Who or what made a pick.

queue: the owner's queue, at once. auto: autopick that is on. expiry: the end of the clock. retired: the system, for a
constructor that has left. lock: the system, for a slot that was open at the lock.
"""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a league's settings say about its drafts. Frozen with them: see leagues.rules.Settings."""

    rounds: int
    method: Method
    hours: Hours
    on_expiry: OnExpiry
    at_lock: AtLock
    auto_after_misses: int | None
    replacement: Replacement
    free_swaps: int


@dataclass(frozen=True, slots=True)
class Pick:
    """A pick that stands. swaps: how often it was exchanged for free."""

    contestant: int
    made_by: MadeBy
    at: datetime
    swaps: int = 0


@dataclass(frozen=True, slots=True)
class Team:
    """A constructor in a draft. misses: turns in a row that have expired. retired: it has left the league."""

    auto: Auto = "off"
    misses: int = 0
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn that runs. expires_at: None while the draft is paused, or without a clock.

    remind_at: when the owner is reminded. None if that is over, or never.
    """

    slot: int
    started_at: datetime
    expires_at: datetime | None
    remind_at: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """A draft at a moment.

    version: number of acts so far. last_at: time of the last one. clock_wanted: the clock that was asked for, in
    seconds. clock_seconds: the one that new turns get, cut to fit the window. manual: the order set before the opening,
    if any. slots: in order; empty before the opening. pool: contestants, best ranked first. withdrawn: those of them
    that are not entered any more. picks: by number of slot. skipped: numbers of slots that were passed over and are
    open. touched: whether a slot was ever filled or skipped, which fixes the order. void_cause: None unless it is void.
    """

    terms: Terms
    phase: Phase
    paused: bool
    version: int
    last_at: datetime
    opens_at: datetime
    lock_at: datetime
    clock_wanted: int | None
    clock_seconds: int | None
    manual: tuple[int, ...] | None
    slots: tuple[Slot, ...]
    pool: tuple[int, ...]
    withdrawn: frozenset[int]
    picks: Mapping[int, Pick]
    skipped: frozenset[int]
    touched: bool
    teams: Mapping[int, Team]
    turn: Turn | None
    void_cause: VoidCause | None

    @property
    def complete(self) -> bool:
        """Whether every slot is filled."""
        return bool(self.slots) and len(self.picks) == len(self.slots)

    @property
    def phase_before_void(self) -> Phase:
        """The phase in which a void draft was when its event was cancelled.

        Nothing happens in a void draft, and a lock that has passed is recorded before the cancellation. So the time of
        the last act tells whether the lock had passed.
        """
        if not self.slots:
            return "waiting"
        return "locked" if self.last_at >= self.lock_at else "open"

    @property
    def order(self) -> tuple[int, ...]:
        """The constructors in the order of the first round."""
        return tuple(slot.constructor for slot in self.slots if slot.round == 1)

    @property
    def open_slots(self) -> list[Slot]:
        """The slots that are not filled, in order."""
        return [slot for slot in self.slots if slot.number not in self.picks]

    @property
    def next_slot(self) -> Slot | None:
        """The first slot that is neither filled nor skipped."""
        return next((slot for slot in self.open_slots if slot.number not in self.skipped), None)

    @property
    def available(self) -> list[int]:
        """The contestants that can be picked, best ranked first."""
        gone = {pick.contestant for pick in self.picks.values()} | self.withdrawn
        return [contestant for contestant in self.pool if contestant not in gone]

    def slot(self, number: int) -> Slot:
        """Return a slot by its number."""
        return self.slots[number - 1]

    def slots_of(self, constructor: int) -> list[Slot]:
        """Return the slots of a constructor, in order."""
        return [slot for slot in self.slots if slot.constructor == constructor]

    def swaps_of(self, constructor: int) -> int:
        """Return how many free swaps the picks of a constructor that stand have used."""
        return sum(self.picks[each.number].swaps for each in self.slots_of(constructor) if each.number in self.picks)

    def best_of(self, wanted: Iterable[int]) -> int | None:
        """Return the first of these contestants that can be picked. Passes over taken, unknown and withdrawn ones."""
        available = set(self.available)
        return next((contestant for contestant in wanted if contestant in available), None)
