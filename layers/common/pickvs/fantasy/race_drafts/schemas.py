"""Responses of the draft endpoints, in the words of motor racing."""

from datetime import date
from typing import Annotated, Any

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.fantasy.drafts.queues.queries import Mode
from pickvs.fantasy.drafts.schemas import DraftTeam, NextTurn
from pickvs.fantasy.drafts.state import Auto, MadeBy, Phase


class MadeDriverPick(ResponseBody):
    """A pick that was made."""

    id: int
    draft_id: int
    slot: int
    round: int
    constructor_id: int
    driver_id: int
    driver: Annotated[str, doc("The driver's name.", examples=["Lando Norris"])]
    next_turn: Annotated[NextTurn | None, doc("Null if nobody is on turn any more.")]
    version: Annotated[int, doc("Of the draft: the number of its acts.")]


class DriverQueue(ResponseBody):
    """Whom the owner of a constructor wants, best first. Nobody else sees it."""

    drivers: list[int]
    taken: Annotated[list[int], doc("Those who are taken in the draft that is open. They are passed over.")]
    mode: Annotated[Mode, doc("Whether the queue is used when the turn begins or when its clock ends.")]
    auto: Annotated[Auto, doc("Whether the system picks as soon as the constructor is on turn.")]
    misses: Annotated[int, doc("Turns in a row that have expired.")]


class RaceDraft(ResponseBody):
    """A draft of a league's group for a race."""

    id: int
    league_id: int
    race_id: int
    race: Annotated[str, doc("Its name.", examples=["São Paulo Grand Prix"])]
    group: int
    phase: Annotated[Phase, doc("`void`: it was not held, and the same order comes again.")]
    is_paused: bool
    opens_at: Moment
    lock_at: Moment
    version: Annotated[int, doc("Number of acts so far.")]


class RaceDrafts(ResponseBody):
    """The drafts of a league, in the order of their locks."""

    drafts: list[RaceDraft]


class DriverSlot(ResponseBody):
    """A place in the order of a draft, and who was picked in it."""

    slot: int
    round: int
    constructor_id: int
    is_skipped: Annotated[bool, doc("It was passed over, and may be filled until the lock.")]
    pick_id: int | None
    driver_id: int | None
    driver: Annotated[str | None, doc("The driver's name.")]
    made_by: MadeBy | None
    made_at: Moment | None


class RaceDraftAct(ResponseBody):
    """Something that happened in a draft."""

    seq: int
    at: Moment
    kind: str
    by: Annotated[str | None, doc("Username of who did it. Null: the system.")]
    details: Annotated[dict[str, Any], doc("Facts of the act, by its kind.")]


class RaceDraftRoom(ResponseBody):
    """A draft as it is now."""

    draft: RaceDraft
    clock_seconds: Annotated[int | None, doc("Clock of the turns to come, cut to fit the window. Null: none.")]
    is_complete: Annotated[bool, doc("Whether every slot is filled.")]
    turn: NextTurn | None
    slots: list[DriverSlot]
    teams: list[DraftTeam]
    acts: Annotated[list[RaceDraftAct], doc("Those after `since`, in order. Empty without it.")]
    server_time: Moment
    poll_after_seconds: Annotated[int, doc("When to ask again: soon while a clock runs.")]


class LastResult(ResponseBody):
    """What a driver did in an earlier race."""

    race_id: int
    race: str
    status: Annotated[str, doc("`classified`, `dnf`, `nc`, `dsq` or `dns`.")]
    position: Annotated[int | None, doc("Null unless classified.")]


class DraftDriver(ResponseBody):
    """A driver of a draft."""

    driver_id: int
    name: str
    code: Annotated[str | None, doc("Three letters.", examples=["NOR"])]
    rank: Annotated[int, doc("Place by which autopick chooses, 1 is the best.")]
    is_withdrawn: Annotated[bool, doc("Not entered any more.")]
    taken_by: Annotated[int | None, doc("Id of the constructor that has picked the driver.")]
    last_results: Annotated[list[LastResult], doc("Of the latest races before this one, the latest first.")]


class DraftDrivers(ResponseBody):
    """The drivers of a draft, the best ranked first."""

    draft_id: int
    is_open: Annotated[bool, doc("False before the draft opens: the pool is as it would be now.")]
    drivers: list[DraftDriver]


class DraftedDriver(ResponseBody):
    """A pick of a constructor that stands."""

    pick_id: int
    slot: int
    round: int
    driver_id: int
    driver: str
    made_by: MadeBy


class DraftedRace(ResponseBody):
    """What a constructor has drafted for a race, and what that was worth."""

    draft_id: int
    race_id: int
    race: str
    day: Annotated[date, doc("Of its last session, in UTC.")]
    phase: Phase
    points: Annotated[Number | None, doc("Null until a session is scored.")]
    rank: int | None
    picks: list[DraftedDriver]


class DraftedRaces(ResponseBody):
    """What a constructor has drafted, by race, the latest first."""

    constructor_id: int
    races: list[DraftedRace]
