"""Responses of the draft endpoints, in the words of motor racing."""

from datetime import date
from typing import Annotated

from pickvs.core.types import Number, ResponseBody, doc
from pickvs.fantasy.drafts.schemas import (
    AnyDraftedPick,
    AnyMadePick,
    AnyPoolEntry,
    AnyQueue,
    AnyRoom,
    AnySlot,
    AnySummary,
)
from pickvs.fantasy.drafts.state import Phase


class MadeDriverPick(AnyMadePick):
    """A pick that was made."""

    driver_id: int
    driver: Annotated[str, doc("The driver's name.", examples=["Lando Norris"])]


class DriverQueue(AnyQueue):
    """Whom the owner of a constructor wants, best first. Nobody else sees it."""

    drivers: list[int]


class RaceDraft(AnySummary):
    """A draft of a league's group for a race."""

    race_id: int
    race: Annotated[str, doc("Its name.", examples=["São Paulo Grand Prix"])]


class RaceDrafts(ResponseBody):
    """The drafts of a league, in the order of their locks."""

    drafts: list[RaceDraft]


class DriverSlot(AnySlot):
    """A place in the order of a draft, and who was picked in it."""

    driver_id: int | None
    driver: Annotated[str | None, doc("The driver's name.")]


class RaceDraftRoom(AnyRoom):
    """A draft as it is now."""

    draft: RaceDraft
    slots: list[DriverSlot]


class LastResult(ResponseBody):
    """What a driver did in an earlier race."""

    race_id: int
    race: str
    status: Annotated[str, doc("`classified`, `dnf`, `nc`, `dsq` or `dns`.")]
    position: Annotated[int | None, doc("Null unless classified.")]


class DraftDriver(AnyPoolEntry):
    """A driver of a draft."""

    driver_id: int
    code: Annotated[str | None, doc("Three letters.", examples=["NOR"])]
    last_results: Annotated[list[LastResult], doc("Of the latest races before this one, the latest first.")]


class DraftDrivers(ResponseBody):
    """The drivers of a draft, the best ranked first."""

    draft_id: int
    is_open: Annotated[bool, doc("False before the draft opens: the pool is as it would be now.")]
    drivers: list[DraftDriver]


class DraftedDriver(AnyDraftedPick):
    """A pick of a constructor that stands."""

    driver_id: int
    driver: str


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
