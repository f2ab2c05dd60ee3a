"""Responses of the draft endpoints, in any sport."""

from typing import Annotated, Any

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.fantasy.drafts.queues.queries import Mode
from pickvs.fantasy.drafts.state import Auto, MadeBy, Phase


class NextTurn(ResponseBody):
    """The turn that runs."""

    slot: int
    constructor_id: int
    expires_at: Annotated[
        Moment | None, doc("When its clock ends. Null while the draft is paused, or without a clock.")
    ]


class MadePick(ResponseBody):
    """A pick that was made."""

    id: int
    draft_id: int
    slot: int
    round: int
    constructor_id: int
    contestant_id: int
    contestant: Annotated[str, doc("The contestant's name.")]
    next_turn: Annotated[NextTurn | None, doc("Null if nobody is on turn any more.")]
    version: Annotated[int, doc("Of the draft: the number of its acts.")]


class Steered(ResponseBody):
    """A draft after a commissioner's command."""

    draft_id: int
    phase: Phase
    is_paused: bool
    clock_seconds: int | None
    next_turn: NextTurn | None
    version: int


class DraftQueue(ResponseBody):
    """Whom the owner of a constructor wants, best first. Nobody else sees it."""

    contestants: list[int]
    taken: Annotated[list[int], doc("Those who are taken in the draft that is open. They are passed over.")]
    mode: Annotated[Mode, doc("Whether the queue is used when the turn begins or when its clock ends.")]
    auto: Annotated[Auto, doc("Whether the system picks as soon as the constructor is on turn.")]
    misses: Annotated[int, doc("Turns in a row that have expired.")]


class DraftSummary(ResponseBody):
    """A draft of a league's group for an event."""

    id: int
    league_id: int
    event_id: int
    event: Annotated[str, doc("The event's name.")]
    group: int
    phase: Annotated[Phase, doc("`void`: it was not held, and the same order comes again.")]
    is_paused: bool
    opens_at: Moment
    lock_at: Moment
    version: Annotated[int, doc("Number of acts so far.")]


class Drafts(ResponseBody):
    """The drafts of a league, in the order of their locks."""

    drafts: list[DraftSummary]


class DraftSlot(ResponseBody):
    """A place in the order of a draft, and who was picked in it."""

    slot: int
    round: int
    constructor_id: int
    is_skipped: Annotated[bool, doc("It was passed over, and may be filled until the lock.")]
    pick_id: int | None
    contestant_id: int | None
    contestant: Annotated[str | None, doc("The contestant's name.")]
    made_by: MadeBy | None
    made_at: Moment | None


class DraftTeam(ResponseBody):
    """A constructor in a draft."""

    constructor_id: int
    team_name: str
    auto: Auto
    misses: int
    is_retired: bool


class DraftAct(ResponseBody):
    """Something that happened in a draft."""

    seq: int
    at: Moment
    kind: str
    by: Annotated[str | None, doc("Username of who did it. Null: the system.")]
    details: Annotated[dict[str, Any], doc("Facts of the act, by its kind.")]


class DraftRoom(ResponseBody):
    """A draft as it is now."""

    draft: DraftSummary
    clock_seconds: Annotated[int | None, doc("Clock of the turns to come, cut to fit the window.")]
    is_complete: Annotated[bool, doc("Whether every slot is filled.")]
    turn: NextTurn | None
    slots: list[DraftSlot]
    teams: list[DraftTeam]
    acts: Annotated[list[DraftAct], doc("Those after `since`, in order.")]
    server_time: Moment
    poll_after_seconds: Annotated[int, doc("When to ask again: soon while a clock runs.")]


class PoolEntry(ResponseBody):
    """A contestant of a draft."""

    contestant_id: int
    name: str
    short_name: str
    code: str | None
    rank: Annotated[int, doc("Place by which autopick chooses, 1 is the best.")]
    is_withdrawn: Annotated[bool, doc("Not entered any more.")]
    taken_by: Annotated[int | None, doc("Id of the constructor that has picked the contestant.")]


class Pool(ResponseBody):
    """The contestants of a draft, the best ranked first."""

    draft_id: int
    event_id: int
    is_open: Annotated[bool, doc("False before the draft opens: the pool is as it would be now.")]
    contestants: list[PoolEntry]


class DraftedPick(ResponseBody):
    """A pick of a constructor that stands."""

    pick_id: int
    slot: int
    round: int
    contestant_id: int
    contestant: str
    made_by: MadeBy


class DraftedEvent(ResponseBody):
    """What a constructor has drafted for an event."""

    draft_id: int
    event_id: int
    event: str
    phase: Phase
    picks: list[DraftedPick]


class DraftedEvents(ResponseBody):
    """What a constructor has drafted, by event, the latest first."""

    constructor_id: int
    events: list[DraftedEvent]
