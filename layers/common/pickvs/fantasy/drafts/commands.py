"""What somebody may want of a draft, and what the answer is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pickvs.fantasy.drafts.acts import Entrant, Entry
from pickvs.fantasy.drafts.state import Auto, State

QUEUE_MAX = 30
"""Maximum number of contestants in a queue."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Whom an owner wants, best first, and whether it is picked when the turn begins or when its clock ends."""

    contestants: tuple[int, ...] = ()
    mode: Literal["at_once", "at_expiry"] = "at_expiry"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a draft opens with. entrants: constructors in the order of the first round, without the retired.

    pool: contestants, best ranked first. withdrawn: those of them that are not entered any more.
    """

    entrants: tuple[Entrant, ...]
    pool: tuple[int, ...]
    withdrawn: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the log does not tell: the queues by constructor, which are private, and what the draft opens with.

    opening: None if the draft is open already, or held back because its event is under review.
    """

    queues: Mapping[int, Queue] = field(default_factory=dict)
    opening: Opening | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Nothing but what is due."""


@dataclass(frozen=True, slots=True)
class MakePick:
    """The owner picks. expected_slot: the slot that the owner means, against a pick that comes too late or twice."""

    constructor: int
    contestant: int
    expected_slot: int | None = None


@dataclass(frozen=True, slots=True)
class PickFor:
    """The commissioner picks for somebody."""

    constructor: int
    contestant: int
    reason: str
    expected_slot: int | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """The owner exchanges a pick."""

    constructor: int
    slot: int
    contestant: int


@dataclass(frozen=True, slots=True)
class SetQueue:
    """The owner replaces the queue. Leaves no act: a queue is private."""

    constructor: int
    queue: Queue


@dataclass(frozen=True, slots=True)
class SetAuto:
    """The owner sets autopick."""

    constructor: int
    auto: Auto


@dataclass(frozen=True, slots=True)
class Pause:
    """The commissioner stops the clock and closes picking."""

    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    """The commissioner lets the draft go on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undo:
    """The commissioner voids the picks from a slot on, and pauses the draft."""

    to_slot: int
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeClock:
    """The commissioner gives the turns to come another clock. seconds: None is no clock."""

    seconds: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reorder:
    """The commissioner sets the order before the first pick."""

    order: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Reschedule:
    """The event's sessions have moved."""

    opens_at: datetime
    lock_at: datetime


@dataclass(frozen=True, slots=True)
class ChangePool:
    """The event's entries have changed. pool: all that were ever in it, best ranked first."""

    pool: tuple[int, ...]
    withdrawn: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Retire:
    """A constructor has left the league."""

    constructor: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """The event was cancelled before any session scored."""


@dataclass(frozen=True, slots=True)
class Reinstate:
    """The event that was cancelled takes place after all, at these times."""

    opens_at: datetime
    lock_at: datetime


type ByCommissioner = PickFor | Pause | Resume | Undo | ChangeClock | Reorder
"""Commands that need a reason."""

type BySystem = Reschedule | ChangePool | Retire | Cancel | Reinstate
"""Commands that follow from what happens outside of the draft."""

type Command = Tick | MakePick | Swap | SetQueue | SetAuto | ByCommissioner | BySystem

type Code = Literal[
    "DRAFT_NOT_OPEN",
    "DRAFT_PAUSED",
    "DRAFT_NOT_PAUSED",
    "DRAFT_LOCKED",
    "DRAFT_VOID",
    "NOT_IN_DRAFT",
    "NOT_YOUR_TURN",
    "NOT_THIS_SLOT",
    "TURN_EXPIRED",
    "PICKS_COMPLETE",
    "CONTESTANT_TAKEN",
    "CONTESTANT_NOT_IN_POOL",
    "NO_SWAPS_LEFT",
    "ORDER_FIXED",
    "NOT_A_PERMUTATION",
    "NOTHING_TO_UNDO",
    "CLOCK_OUT_OF_RANGE",
    "REASON_MISSING",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was refused. slot, contestant: with TURN_EXPIRED what was picked instead, and where."""

    code: Code
    slot: int | None = None
    contestant: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command led to. entries: what to append to the log, also if the command was refused: what was due is done.

    state: the state after them.
    """

    state: State
    entries: tuple[Entry, ...]
    refusal: Refusal | None = None
