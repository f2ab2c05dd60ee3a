"""What owners and commissioners do in a draft, through the services, and what everybody is told of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.errors import RequestError
from pickvs.fantasy.drafts import service
from pickvs.fantasy.drafts.clock import GRACE
from pickvs.fantasy.drafts.requests import (
    WantedClock,
    WantedOrder,
    WantedPick,
    WantedReason,
    WantedSwap,
    WantedUndo,
)
from pickvs.fantasy.drafts.showing.queue import show_queue
from tests.support.alarms import Alarms
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, FOUNDED, WEEK, Paddock, Player, Table

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AT = FIRST_OPENING + MINUTE
WHY = "a slip of the hand"


class Evening:
    """An open draft of three constructors. `first`, `second`, `third`: in the order of the first round."""

    def __init__(self, paddock: Paddock, **settings: Any) -> None:
        self.paddock, self.event, self.pool = paddock, paddock.events[0], paddock.pool
        self.table: Table = paddock.seat(3, **settings)
        paddock.tick(FOUNDED)
        paddock.tick(FIRST_OPENING)
        self.draft = paddock.draft_of(self.table.league, self.event)
        self.first, self.second, self.third = (
            self.table.by_constructor[constructor] for constructor in paddock.order(self.draft)[:3]
        )

    def pick(self, player: Player, contestant: int, at: datetime = AT, **more: Any) -> Any:
        return self.paddock.pick(player, self.event, self.pool[contestant], at=at, **more)

    def steer(self, command: Callable[..., Any], body: Any, at: datetime = AT) -> Any:
        with clock.held_at(at):
            return command(self.table.head, self.draft, body)

    def picks(self) -> dict[int, int]:
        """Return the places in the pool of those who were picked, by slot."""
        return {slot: self.pool.index(contestant) for slot, contestant in self.paddock.picks(self.draft).items()}

    def told(self, player: Player) -> list[str]:
        rows = self.paddock.rows(
            "SELECT kind FROM notices WHERE user_id = %s AND kind LIKE 'draft.%%' ORDER BY id", player.caller.user_id
        )
        return [row["kind"].removeprefix("draft.") for row in rows]


def refused(code: str, act: Callable[[], Any]) -> dict[str, Any]:
    with pytest.raises(RequestError) as error:
        act()
    assert error.value.code == code, error.value
    return error.value.extra


def test_whoever_comes_late_is_refused_and_finds_what_was_picked(paddock: Paddock) -> None:
    evening = Evening(paddock)
    late = FIRST_OPENING + 2 * HOUR + GRACE
    said = refused("TURN_EXPIRED", lambda: evening.pick(evening.first, 5, at=late, expected_slot=1))
    assert said == {"slot": 1, "contestant_id": evening.pool[0]}
    assert evening.picks() == {1: 0}  # committed, though the request was refused
    refused("NOT_YOUR_TURN", lambda: evening.pick(evening.third, 5, at=late))
    refused("CONTESTANT_TAKEN", lambda: evening.pick(evening.second, 0, at=late))
    made = evening.pick(evening.second, 5, at=late)
    assert (made.slot, made.next_turn.slot, made.contestant) == (2, 3, "Driver 6")
    assert "autopicked" in evening.told(evening.first)
    assert evening.told(evening.second)[-1] == "turn"  # nobody is told of what he has done himself
    assert evening.told(evening.third)[-2:] == ["picked", "turn"]
    paddock.prove()


def test_a_request_that_is_repeated_with_its_key_gets_the_first_answer(paddock: Paddock) -> None:
    evening = Evening(paddock)
    body = WantedPick(event_id=evening.event, contestant_id=evening.pool[3])
    with clock.held_at(AT):
        answers = [service.make_pick(evening.first.caller, evening.first.constructor, body, "once") for _ in range(2)]
    assert answers[0] == answers[1]
    assert evening.picks() == {1: 3}
    refused("NOT_YOUR_TURN", lambda: evening.pick(evening.first, 4))


def test_a_commissioner_picks_for_somebody_and_says_why(paddock: Paddock) -> None:
    evening = Evening(paddock)
    player = next(each for each in (evening.first, evening.second) if each.caller != evening.table.head)
    if player == evening.second:
        evening.pick(evening.first, 9)
    with clock.held_at(AT):
        body = WantedPick(event_id=evening.event, contestant_id=evening.pool[2], reason=WHY)
        service.make_pick(evening.table.head, player.constructor, body)
    [act] = paddock.rows("SELECT user_id, payload FROM draft_acts WHERE payload->>'made_by' = 'commissioner'")
    assert (act["user_id"], act["payload"]["reason"]) == (evening.table.head.user_id, WHY)
    [told] = paddock.rows("SELECT user_id, data FROM notices WHERE kind = 'draft.autopicked'")
    assert (told["user_id"], told["data"]["reason"]) == (player.caller.user_id, WHY)


def test_queues_work_at_once_or_at_expiry_and_only_their_owner_sees_them(paddock: Paddock) -> None:
    evening = Evening(paddock)
    paddock.queue(evening.second, [evening.pool[7], evening.pool[8]], at=AT, mode="at_once")
    paddock.queue(evening.third, [evening.pool[7], evening.pool[4]], at=AT)
    evening.pick(evening.first, 1)
    assert evening.picks() == {1: 1, 2: 7}
    with clock.held_at(AT):
        shown = show_queue(evening.third.caller.user_id, evening.third.constructor)
    assert (shown.contestants, shown.taken) == ([evening.pool[7], evening.pool[4]], [evening.pool[7]])
    paddock.tick(AT + 2 * HOUR + GRACE)
    assert evening.picks() == {1: 1, 2: 7, 3: 4}
    refused("CONTESTANT_UNKNOWN", lambda: paddock.queue(evening.third, [999_999], at=AT))
    log = paddock.rows("SELECT payload->>'contestant' AS named FROM draft_acts WHERE kind <> 'opened'")
    assert str(evening.pool[8]) not in [row["named"] for row in log]
    paddock.prove()


def test_autopick_stays_on_from_one_draft_to_the_next_until_its_owner_ends_it(paddock: Paddock) -> None:
    evening = Evening(paddock, quiet=None)
    at = FIRST_OPENING
    for _ in range(6):
        at += 2 * HOUR + GRACE
        paddock.tick(at)
    assert "auto_on" in evening.told(evening.first)
    kept = paddock.rows("SELECT auto, misses FROM draft_queues")
    assert kept == 3 * [{"auto": "on", "misses": 2}]
    paddock.queue(evening.third, [], at=at, auto="off")
    paddock.tick(FIRST_LOCK)
    paddock.tick(FIRST_OPENING + WEEK)
    second = paddock.draft_of(evening.table.league, paddock.events[1])
    assert paddock.order(second)[0] == evening.third.constructor
    assert paddock.picks(second) == {}
    paddock.pick(evening.third, paddock.events[1], evening.pool[4], at=FIRST_OPENING + WEEK + MINUTE)
    made_by = [row["made_by"] for row in paddock.rows("SELECT made_by FROM draft_picks WHERE draft_id = %s", second)]
    assert made_by == ["owner", "auto", "auto", "auto", "auto"]
    paddock.prove()


def test_a_turn_that_is_passed_over_may_be_taken_until_the_lock(paddock: Paddock) -> None:
    evening = Evening(paddock, on_expiry="skip", at_lock="empty")
    late = FIRST_OPENING + 2 * HOUR + GRACE
    paddock.tick(late)
    assert evening.picks() == {}
    assert [slot.slot for slot in paddock.room(evening.draft, at=late).slots if slot.is_skipped] == [1]
    assert "skipped" in evening.told(evening.first)
    evening.pick(evening.second, 3, at=late)
    evening.pick(evening.first, 4, at=late)
    assert evening.picks() == {1: 4, 2: 3}
    assert not [slot for slot in paddock.room(evening.draft, at=late).slots if slot.is_skipped]
    paddock.tick(FIRST_LOCK)
    assert evening.picks() == {1: 4, 2: 3}
    paddock.prove()


def test_a_commissioner_stops_undoes_and_paces_a_draft(paddock: Paddock, alarms: Alarms) -> None:
    evening = Evening(paddock)
    evening.pick(evening.first, 1)
    evening.pick(evening.second, 2)
    undone = evening.steer(service.undo, WantedUndo(to_slot=2, reason=WHY))
    assert (undone.is_paused, undone.next_turn.slot, undone.next_turn.expires_at) == (True, 2, None)
    assert evening.picks() == {1: 1}
    refused("DRAFT_PAUSED", lambda: evening.pick(evening.second, 3))
    refused("NOTHING_TO_UNDO", lambda: evening.steer(service.undo, WantedUndo(to_slot=2, reason=WHY)))
    paced = evening.steer(service.change_clock, WantedClock(seconds=600, reason=WHY))
    assert paced.clock_seconds == 600
    resumed = evening.steer(service.resume, WantedReason(reason=WHY))
    assert resumed.next_turn.expires_at == AT + 10 * MINUTE
    refused("DRAFT_NOT_PAUSED", lambda: evening.steer(service.resume, WantedReason(reason=WHY)))
    order = [player.constructor for player in (evening.third, evening.second, evening.first)]
    refused("ORDER_FIXED", lambda: evening.steer(service.set_order, WantedOrder(constructors=order, reason=WHY)))
    evening.pick(evening.second, 3)
    evening.steer(service.pause, WantedReason(reason=WHY))
    paddock.tick(FIRST_LOCK)  # its commissioner never resumes it
    assert len(evening.picks()) == 6
    refused("DRAFT_LOCKED", lambda: evening.steer(service.resume, WantedReason(reason=WHY), at=FIRST_LOCK))
    member = next(player for player in evening.table.players if player.caller != evening.table.head)
    told = [kind for kind in evening.told(member) if kind in {"undone", "resumed", "paused", "locked"}]
    assert told == ["undone", "resumed", "paused", "locked"]
    assert "undone" not in evening.told(evening.table.players[0])
    paddock.prove()


def test_a_pick_is_exchanged_for_free_or_because_its_driver_is_gone(paddock: Paddock) -> None:
    evening = Evening(paddock, free_swaps=1, replacement="repick")
    made = evening.pick(evening.first, 1)

    def swap(pick_id: int, contestant: int) -> Any:
        with clock.held_at(AT):
            body = WantedSwap(contestant_id=evening.pool[contestant])
            return service.swap_pick(evening.first.caller, evening.first.constructor, pick_id, body)

    swapped = swap(made.id, 2)
    assert evening.picks() == {1: 2}
    refused("PICK_NOT_FOUND", lambda: swap(made.id, 3))
    refused("NO_SWAPS_LEFT", lambda: swap(swapped.id, 3))
    paddock.withdraw(evening.event, evening.pool[2], AT)
    paddock.tick(AT)
    refused("CONTESTANT_NOT_IN_POOL", lambda: evening.pick(evening.second, 2))
    swap(swapped.id, 3)
    assert evening.picks() == {1: 3}
    paddock.prove()


def test_a_session_that_moves_takes_the_lock_along_and_everybody_is_told(paddock: Paddock) -> None:
    evening = Evening(paddock)
    paddock.move(evening.event, FIRST_LOCK - HOUR, AT)
    paddock.tick(AT)
    assert paddock.room(evening.draft, at=AT).draft.lock_at == FIRST_LOCK - HOUR
    told = paddock.rows("SELECT user_id FROM notices WHERE kind = 'event.moved'")
    assert len(told) == 3
    paddock.tick(FIRST_LOCK - HOUR)
    assert paddock.room(evening.draft, at=FIRST_LOCK).draft.phase == "locked"
    paddock.move(evening.event, FIRST_LOCK + HOUR, FIRST_LOCK - HOUR)  # a lock that has passed never reopens
    paddock.tick(FIRST_LOCK - HOUR)
    assert paddock.room(evening.draft, at=FIRST_LOCK).draft.lock_at == FIRST_LOCK - HOUR
    refused("DRAFT_LOCKED", lambda: evening.pick(evening.first, 9, at=FIRST_LOCK - HOUR))
    paddock.prove()


def test_a_room_whose_turn_is_over_wakes_the_tick(paddock: Paddock, alarms: Alarms) -> None:
    evening = Evening(paddock)
    paddock.tick(FIRST_OPENING + 2 * HOUR)  # the reminder
    alarms.woken.clear()
    paddock.room(evening.draft, at=FIRST_OPENING + 2 * HOUR)
    assert alarms.woken == []
    paddock.room(evening.draft, at=FIRST_OPENING + 2 * HOUR + GRACE)
    assert alarms.woken == ["arn:tick_drafts"]
