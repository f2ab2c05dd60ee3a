"""What happens in leagues and drafts, each as it is begun again after a crash: the caller repeats the request.

A request whose first try was committed may be refused the second time: it was done. Nothing else may be refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import pytest

from pickvs.core import clock
from pickvs.core.errors import RequestError
from pickvs.fantasy.drafts import service
from pickvs.fantasy.drafts.clock import GRACE
from pickvs.fantasy.drafts.requests import WantedClock, WantedOrder, WantedPick, WantedReason, WantedSwap, WantedUndo
from pickvs.fantasy.leagues.members.service import remove_member
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, FOUNDED, Paddock, Player, Table

MINUTE = timedelta(minutes=1)
AT = FIRST_OPENING + MINUTE
EXPIRED = FIRST_OPENING + timedelta(hours=2) + GRACE
WHY = "a slip"

type Stage = Literal["forming", "planned", "open"]


@dataclass(frozen=True, slots=True)
class Scene:
    """A league of three in a stage, and what is done in it."""

    stage: Stage
    act: Callable[[Paddock, Table, int], object]


def _on_turn(paddock: Paddock, table: Table, draft: int) -> Player:
    return table.by_constructor[paddock.order(draft)[0]]


def _steer(command: Callable[[], object], *done: str) -> None:
    """Carry out a command a minute later. done: codes that say that an earlier try was committed."""
    with clock.held_at(AT + MINUTE):
        try:
            command()
        except RequestError as error:
            if error.code not in done:
                raise


def join_and_start(paddock: Paddock, table: Table, _: int) -> None:
    caller = paddock.rows("SELECT id FROM users WHERE username = 'late'")
    late = type(table.head)(caller[0]["id"]) if caller else paddock.user("late")
    try:
        paddock.join(late, table.league, "Late Brakers")
    except RequestError as error:
        if error.code != "ALREADY_MEMBER":
            raise
    try:
        paddock.start(table.head, table.league)
    except RequestError as error:
        if error.code != "LEAGUE_STARTED":
            raise
    paddock.tick(FOUNDED)


def open_draft(paddock: Paddock, _: Table, __: int) -> None:
    paddock.tick(FIRST_OPENING)


def draft_at_once(paddock: Paddock, table: Table, _: int) -> None:
    paddock.owner.execute(
        "INSERT INTO draft_queues SELECT id, 'at_expiry', 'on', 0 FROM constructors WHERE league_id = %s"
        " ON CONFLICT DO NOTHING",
        (table.league,),
    )
    paddock.tick(FIRST_OPENING)


def pick(paddock: Paddock, table: Table, draft: int) -> None:
    """The owner on turn picks, and repeats the request with its key until an answer comes."""
    player = _on_turn(paddock, table, draft)
    body = WantedPick(event_id=paddock.events[0], contestant_id=paddock.pool[4], expected_slot=1)
    with clock.held_at(AT):
        service.make_pick(player.caller, player.constructor, body, "the same key")


def pick_for_somebody(paddock: Paddock, table: Table, draft: int) -> None:
    """A commissioner picks, without a key: the slot that is meant stops the repeat."""
    player = _on_turn(paddock, table, draft)
    body = WantedPick(event_id=paddock.events[0], contestant_id=paddock.pool[4], expected_slot=1, reason=WHY)
    _steer(lambda: service.make_pick(table.head, player.constructor, body), "NOT_THIS_SLOT")


def swap(paddock: Paddock, table: Table, draft: int) -> None:
    pick(paddock, table, draft)
    player = _on_turn(paddock, table, draft)
    rows = paddock.rows("SELECT id FROM draft_picks WHERE draft_id = %s ORDER BY id LIMIT 1", draft)
    body = WantedSwap(contestant_id=paddock.pool[6])
    done = "PICK_NOT_FOUND"  # exchanged by then, so its id is another
    _steer(lambda: service.swap_pick(player.caller, player.constructor, rows[0]["id"], body), done)


def undo(paddock: Paddock, table: Table, draft: int) -> None:
    pick(paddock, table, draft)
    body = WantedUndo(to_slot=1, reason=WHY)
    _steer(lambda: service.undo(table.head, draft, body), "NOTHING_TO_UNDO")


def pause_and_resume(paddock: Paddock, table: Table, draft: int) -> None:
    body = WantedReason(reason=WHY)
    _steer(lambda: service.pause(table.head, draft, body, "to pause"))
    _steer(lambda: service.resume(table.head, draft, body, "to resume"))


def change_clock(paddock: Paddock, table: Table, draft: int) -> None:
    _steer(lambda: service.change_clock(table.head, draft, WantedClock(seconds=600, reason=WHY), "to pace"))


def reorder(paddock: Paddock, table: Table, draft: int) -> None:
    order = paddock.order(draft)[:3]
    if not paddock.rows("SELECT FROM draft_acts WHERE draft_id = %s AND kind = 'reordered'", draft):
        order.reverse()
    _steer(lambda: service.set_order(table.head, draft, WantedOrder(constructors=order, reason=WHY)))


def late_pick(paddock: Paddock, table: Table, draft: int) -> None:
    """Somebody picks after the end of the clock: what was due is recorded, though the pick is refused."""
    player = _on_turn(paddock, table, draft)
    with pytest.raises(RequestError, match="clock has run out"):
        paddock.pick(player, paddock.events[0], paddock.pool[4], at=EXPIRED, expected_slot=1)


def queue(paddock: Paddock, table: Table, draft: int) -> None:
    player = _on_turn(paddock, table, draft)
    paddock.queue(player, paddock.pool[3:6], at=AT, mode="at_once", auto="next")


def leave_on_turn(paddock: Paddock, table: Table, draft: int) -> None:
    """A member is removed while on turn: the system picks from then on."""
    leaver = next(each for each in table.players[1:])
    [row] = paddock.rows("SELECT username FROM users WHERE id = %s", leaver.caller.user_id)
    _steer(lambda: remove_member(table.head, table.league, row["username"], WHY), "MEMBER_NOT_FOUND")
    paddock.tick(AT + MINUTE)


def expire(paddock: Paddock, _: Table, __: int) -> None:
    paddock.tick(EXPIRED)


def skip(paddock: Paddock, table: Table, draft: int) -> None:
    """The clock of a draft passes over who does not pick. The owner takes the slot afterwards."""
    paddock.tick(EXPIRED)
    player = _on_turn(paddock, table, draft)
    body = WantedPick(event_id=paddock.events[0], contestant_id=paddock.pool[4], expected_slot=1)
    with clock.held_at(EXPIRED + MINUTE):
        service.make_pick(player.caller, player.constructor, body, "the skipped one")


def lock(paddock: Paddock, _: Table, __: int) -> None:
    paddock.tick(FIRST_LOCK)


def daily_run(paddock: Paddock, _: Table, __: int) -> None:
    """The daily rule finds what every alarm has missed."""
    paddock.tick(FIRST_LOCK + MINUTE, all_leagues=True)


def move_the_lock(paddock: Paddock, _: Table, __: int) -> None:
    paddock.move(paddock.events[0], FIRST_LOCK - timedelta(hours=30), AT)
    paddock.tick(AT)


def withdraw(paddock: Paddock, _: Table, __: int) -> None:
    paddock.withdraw(paddock.events[0], paddock.pool[0], AT)
    paddock.tick(AT)
    paddock.tick(EXPIRED)


def cancel(paddock: Paddock, table: Table, draft: int) -> None:
    pick(paddock, table, draft)
    paddock.cancel(paddock.events[0], AT + MINUTE)
    paddock.tick(AT + MINUTE)


def take_place_after_all(paddock: Paddock, table: Table, draft: int) -> None:
    """A cancelled event is held: the draft comes back with its pick. It is cancelled once, however often we begin."""
    if not paddock.rows("SELECT FROM draft_acts WHERE draft_id = %s AND kind = 'voided'", draft):
        cancel(paddock, table, draft)
    at = AT + 2 * MINUTE
    paddock.owner.execute("UPDATE events SET is_void = false, updated_at = %s WHERE id = %s", (at, paddock.events[0]))
    paddock.tell(paddock.events[0], at)
    paddock.tick(at)


SCENES: dict[str, Scene] = {
    "pick": Scene("open", pick),
    "expire": Scene("open", expire),
    "open": Scene("planned", open_draft),
    "open, with everybody on auto": Scene("planned", draft_at_once),
    "lock": Scene("open", lock),
    "undo": Scene("open", undo),
    "late pick": Scene("open", late_pick),
    "queue": Scene("open", queue),
    "join and start": Scene("forming", join_and_start),
    "pick for somebody": Scene("open", pick_for_somebody),
    "swap": Scene("open", swap),
    "pause and resume": Scene("open", pause_and_resume),
    "change the clock": Scene("open", change_clock),
    "reorder": Scene("open", reorder),
    "leave": Scene("open", leave_on_turn),
    "skip": Scene("open", skip),
    "daily run": Scene("open", daily_run),
    "move the lock": Scene("open", move_the_lock),
    "withdraw": Scene("open", withdraw),
    "cancel": Scene("open", cancel),
    "take place after all": Scene("open", take_place_after_all),
}
SETTINGS: dict[str, dict[str, Any]] = {"swap": {"free_swaps": 1}, "skip": {"on_expiry": "skip", "at_lock": "empty"}}
"""Settings of the league of a scene that are not the defaults."""
