"""What can happen in a draft, as it is recorded. Pure.

The acts of a draft, in order, are its log: evolving.replay makes its state of them. Members see every act, so none
tells what is in a queue.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pickvs.fantasy.drafts.state import Auto, MadeBy, VoidCause


@dataclass(frozen=True, slots=True)
class Planned:
    """The draft was planned. clock_wanted: the league's clock, in seconds. Always the first act."""

    opens_at: datetime
    lock_at: datetime
    clock_wanted: int | None


@dataclass(frozen=True, slots=True)
class Entrant:
    """A constructor at the opening, with what earlier drafts have left it."""

    constructor: int
    auto: Auto = "off"
    misses: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """The window opened. entrants: in the order of the first round. pool: best ranked first."""

    entrants: tuple[Entrant, ...]
    pool: tuple[int, ...]
    withdrawn: tuple[int, ...]
    clock_seconds: int | None


@dataclass(frozen=True, slots=True)
class Picked:
    """A slot was filled. reason: the commissioner's."""

    slot: int
    contestant: int
    made_by: MadeBy
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A turn expired, and its slot stays open until the lock."""

    slot: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """A quarter of a turn's clock is left."""

    slot: int


@dataclass(frozen=True, slots=True)
class AutoChanged:
    """Autopick of a constructor was set, by its owner or by the system after expired turns."""

    constructor: int
    auto: Auto
    cause: Literal["owner", "misses"]


@dataclass(frozen=True, slots=True)
class Swapped:
    """A pick was exchanged: for free, or because its contestant is not entered any more (repick)."""

    slot: int
    contestant: int
    cause: Literal["swap", "repick"]


@dataclass(frozen=True, slots=True)
class Paused:
    """The clock was stopped and picking closed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The draft went on. Who is on turn has the full clock."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undone:
    """The picks from a slot on were voided, and the draft paused."""

    to_slot: int
    reason: str


@dataclass(frozen=True, slots=True)
class ClockChanged:
    """New turns got another clock. clock_seconds: cut to fit."""

    clock_wanted: int | None
    clock_seconds: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reordered:
    """The order was set by hand before the first pick."""

    order: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """The event's sessions moved, and with them opening and lock."""

    opens_at: datetime
    lock_at: datetime
    clock_seconds: int | None


@dataclass(frozen=True, slots=True)
class PoolChanged:
    """Contestants joined the pool or were withdrawn. Both as they are now; nobody leaves the pool."""

    pool: tuple[int, ...]
    withdrawn: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Retired:
    """A constructor left the league. The system picks for it from now on."""

    constructor: int


@dataclass(frozen=True, slots=True)
class Locked:
    """The lock passed. Nobody picks any more."""


@dataclass(frozen=True, slots=True)
class Voided:
    """The draft is not held. Its picks are kept for the record."""

    cause: VoidCause


@dataclass(frozen=True, slots=True)
class Reinstated:
    """The event takes place after all, and the draft goes on where it was: waiting, open, or locked.

    Who is on turn has the full clock. opens_at, lock_at, clock_seconds: as they are now; of a draft that was locked, as
    they were.
    """

    opens_at: datetime
    lock_at: datetime
    clock_seconds: int | None


type Act = (
    Planned
    | Opened
    | Picked
    | Skipped
    | Reminded
    | AutoChanged
    | Swapped
    | Paused
    | Resumed
    | Undone
    | ClockChanged
    | Reordered
    | Rescheduled
    | PoolChanged
    | Retired
    | Locked
    | Voided
    | Reinstated
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a draft's log. seq: from 1. by: the user who did it; None for the system."""

    seq: int
    at: datetime
    by: int | None
    act: Act
