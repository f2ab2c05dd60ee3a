"""Request bodies of the draft endpoints, in the words of motor racing."""

from typing import Annotated

from pydantic import Field

from pickvs.core.requests import Identifier
from pickvs.fantasy.drafts.commands import QUEUE_MAX
from pickvs.fantasy.drafts.requests import WantedPick, WantedQueue, WantedSwap


class WantedDriver(WantedPick):
    """A pick. reason: only of a commissioner who picks for somebody."""

    event_id: Annotated[Identifier, Field(alias="race_id")]
    contestant_id: Annotated[Identifier, Field(alias="driver_id")]


class WantedExchange(WantedSwap):
    """The driver for whom a pick is exchanged."""

    contestant_id: Annotated[Identifier, Field(alias="driver_id")]


class WantedDrivers(WantedQueue):
    """Whom an owner wants, best first, and whether the system picks.

    mode: `at_once` picks the first driver that is free as soon as the turn begins. auto: `next` for one turn; it is
    switched off by a pick by hand.
    """

    contestants: Annotated[list[Identifier], Field(alias="drivers", max_length=QUEUE_MAX)]
