"""Responses of the draft endpoints, in any sport.

Those named Any... hold what every sport shows alike. A sport's own responses are made of them, with words of its own
for events and contestants.
"""

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


class AnyMadePick(ResponseBody):
    """A pick that was made, but for who was picked, which each sport calls by a word of its own."""

    id: int
    draft_id: int
    slot: int
    round: int
    constructor_id: int
    next_turn: Annotated[NextTurn | None, doc("Null if nobody is on turn any more.")]
    version: Annotated[int, doc("Of the draft: the number of its acts.")]


class MadePick(AnyMadePick):
    """A pick that was made."""

    contestant_id: int
    contestant: Annotated[str, doc("The contestant's name.")]


class Steered(ResponseBody):
    """A draft after a commissioner's command."""

    draft_id: int
    phase: Phase
    is_paused: bool
    clock_seconds: int | None
    next_turn: NextTurn | None
    version: int


class AnyQueue(ResponseBody):
    """What becomes of a queue, but for who is in it."""

    taken: Annotated[list[int], doc("Those who are taken in the draft that is open. They are passed over.")]
    mode: Annotated[Mode, doc("Whether the queue is used when the turn begins or when its clock ends.")]
    auto: Annotated[Auto, doc("Whether the system picks as soon as the constructor is on turn.")]
    misses: Annotated[int, doc("Turns in a row that have expired.")]


class DraftQueue(AnyQueue):
    """Whom the owner of a constructor wants, best first. Nobody else sees it."""

    contestants: list[int]


class AnySummary(ResponseBody):
    """A draft of a league's group, but for its event."""

    id: int
    league_id: int
    group: int
    phase: Annotated[Phase, doc("`void`: it was not held, and the same order comes again.")]
    is_paused: bool
    opens_at: Moment
    lock_at: Moment
    version: Annotated[int, doc("Number of acts so far.")]


class DraftSummary(AnySummary):
    """A draft of a league's group for an event."""

    event_id: int
    event: Annotated[str, doc("The event's name.")]


class Drafts(ResponseBody):
    """The drafts of a league, in the order of their locks."""

    drafts: list[DraftSummary]


class AnySlot(ResponseBody):
    """A place in the order of a draft, but for who was picked in it."""

    slot: int
    round: int
    constructor_id: int
    is_skipped: Annotated[bool, doc("It was passed over, and may be filled until the lock.")]
    pick_id: int | None
    made_by: MadeBy | None
    made_at: Moment | None


class DraftSlot(AnySlot):
    """A place in the order of a draft, and who was picked in it."""

    contestant_id: int | None
    contestant: Annotated[str | None, doc("The contestant's name.")]


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


class AnyRoom(ResponseBody):
    """A draft as it is now, but for its event and who was picked."""

    clock_seconds: Annotated[int | None, doc("Clock of the turns to come, cut to fit the window. Null: none.")]
    is_complete: Annotated[bool, doc("Whether every slot is filled.")]
    turn: NextTurn | None
    teams: list[DraftTeam]
    acts: Annotated[list[DraftAct], doc("Those after `since`, in order. Empty without it.")]
    server_time: Moment
    poll_after_seconds: Annotated[int, doc("When to ask again: soon while a clock runs.")]


class DraftRoom(AnyRoom):
    """A draft as it is now."""

    draft: DraftSummary
    slots: list[DraftSlot]


class AnyPoolEntry(ResponseBody):
    """What a draft says of somebody whom it can give."""

    name: str
    rank: Annotated[int, doc("Place by which autopick chooses, 1 is the best.")]
    is_withdrawn: Annotated[bool, doc("Not entered any more.")]
    taken_by: Annotated[int | None, doc("Id of the constructor that has picked this one.")]


class PoolEntry(AnyPoolEntry):
    """A contestant of a draft."""

    contestant_id: int
    short_name: str
    code: str | None


class Pool(ResponseBody):
    """The contestants of a draft, the best ranked first."""

    draft_id: int
    event_id: int
    is_open: Annotated[bool, doc("False before the draft opens: the pool is as it would be now.")]
    contestants: list[PoolEntry]


class AnyDraftedPick(ResponseBody):
    """A pick of a constructor that stands, but for who was picked."""

    pick_id: int
    slot: int
    round: int
    made_by: MadeBy


class DraftedPick(AnyDraftedPick):
    """A pick of a constructor that stands."""

    contestant_id: int
    contestant: str


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
