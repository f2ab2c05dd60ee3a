"""What owners do in drafts, in the words of motor racing. Commissioners' acts name no driver: see drafts.service.

Every function raises what the function of `drafts.service` raises that it calls, with codes such as DRIVER_TAKEN for
CONTESTANT_TAKEN.
"""

from typing import TYPE_CHECKING

from pickvs.fantasy.drafts import service as drafts
from pickvs.fantasy.drafts.schemas import MadePick
from pickvs.fantasy.leagues.access import Caller
from pickvs.fantasy.race_drafts.errors import our_words
from pickvs.fantasy.race_drafts.queues import shown_queue
from pickvs.fantasy.race_drafts.schemas import DriverQueue, MadeDriverPick

if TYPE_CHECKING:
    from pickvs.fantasy.race_drafts.requests import WantedDriver, WantedDrivers, WantedExchange


def make_pick(caller: Caller, constructor_id: int, wanted: "WantedDriver", key: str | None) -> MadeDriverPick:
    """Pick a driver for the slot on turn, or for a skipped one. key: an Idempotency-Key."""
    with our_words():
        return _made(drafts.make_pick(caller, constructor_id, wanted, key))


def swap_pick(caller: Caller, constructor_id: int, pick_id: int, wanted: "WantedExchange") -> MadeDriverPick:
    """Exchange the driver of a pick."""
    with our_words():
        return _made(drafts.swap_pick(caller, constructor_id, pick_id, wanted))


def set_queue(caller: Caller, constructor_id: int, wanted: "WantedDrivers") -> DriverQueue:
    """Replace the queue of the caller's constructor, and set its autopick."""
    with our_words():
        return shown_queue(drafts.set_queue(caller, constructor_id, wanted))


def _made(pick: MadePick) -> MadeDriverPick:
    return MadeDriverPick.of(pick, driver_id=pick.contestant_id, driver=pick.contestant)
