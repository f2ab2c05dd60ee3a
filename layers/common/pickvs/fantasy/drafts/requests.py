"""Request bodies of the draft endpoints, in any sport. A sport's own door may call contestants by another name."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pickvs.core.requests import Identifier, RequestBody
from pickvs.fantasy.drafts.commands import QUEUE_MAX
from pickvs.fantasy.leagues.requests import Reason
from pickvs.fantasy.leagues.rules import CLOCK_SECONDS, CONSTRUCTORS

ExpectedSlot = Annotated[
    int | None,
    Field(gt=0, le=1000, description="The slot that is meant: a request that comes twice or too late fills no other."),
]


class WantedPick(RequestBody):
    """A pick. reason: only of a commissioner who picks for somebody."""

    event_id: Identifier
    contestant_id: Identifier
    expected_slot: ExpectedSlot = None
    reason: Reason | None = None


class WantedSwap(RequestBody):
    """The contestant for whom a pick is exchanged."""

    contestant_id: Identifier


class WantedQueue(RequestBody):
    """Whom an owner wants, best first, and whether the system picks.

    auto: `next` for one turn. It is switched off by a pick by hand.
    """

    contestants: Annotated[list[Identifier], Field(max_length=QUEUE_MAX)]
    mode: Literal["at_once", "at_expiry"] = "at_expiry"
    auto: Literal["off", "next", "on"] = "off"

    @model_validator(mode="after")
    def _names_each_once(self) -> "WantedQueue":
        if len(self.contestants) != len(set(self.contestants)):
            raise ValueError("name each contestant once")
        return self


class WantedReason(RequestBody):
    """Why a commissioner acts."""

    reason: Reason


class WantedUndo(WantedReason):
    """The slot from which on picks are voided."""

    to_slot: Annotated[int, Field(gt=0, le=1000)]


class WantedClock(WantedReason):
    """The clock of the turns to come. Null: none."""

    seconds: Annotated[int | None, Field(ge=CLOCK_SECONDS.start, lt=CLOCK_SECONDS.stop)]


class WantedOrder(WantedReason):
    """The order of the first round, each constructor once."""

    constructors: Annotated[list[Identifier], Field(min_length=2, max_length=CONSTRUCTORS.stop - 1)]
