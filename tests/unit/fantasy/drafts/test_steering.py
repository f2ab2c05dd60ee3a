"""What the commissioner and the event do to a draft: pause, undo, order, clock, entries, cancelling."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pickvs.fantasy.drafts import acts
from pickvs.fantasy.drafts.acts import Entrant
from pickvs.fantasy.drafts.commands import (
    Cancel,
    ChangeClock,
    ChangePool,
    Code,
    Command,
    MakePick,
    Opening,
    Pause,
    PickFor,
    Queue,
    Reinstate,
    Reorder,
    Reschedule,
    Resume,
    Retire,
    SetQueue,
    Swap,
    Undo,
)
from pickvs.fantasy.drafts.due import net_at, next_due
from pickvs.fantasy.drafts.rules import PoolShrinks
from tests.support.drafts import LOCK, OPENS, Room, code, opened

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DEADLINE = OPENS + HOUR + 3 * SECOND  # of the first turn, with a clock of an hour


def test_pause_stops_the_clock_and_resume_gives_it_anew() -> None:
    room = opened()
    assert room.do(Pause("rain"), OPENS + 0.9 * HOUR) is None
    assert next_due(room.state) == LOCK
    refused: list[tuple[Command, Code]] = [
        (MakePick(11, 5), "DRAFT_PAUSED"),
        (PickFor(11, 5, "because"), "DRAFT_PAUSED"),
        (Pause("again"), "DRAFT_PAUSED"),
    ]
    for command, expected in refused:
        assert code(room.do(command, OPENS + 2 * HOUR)) == expected
    assert room.do(Resume("sun"), OPENS + 3 * HOUR) is None
    assert room.state.turn is not None
    assert room.state.turn.expires_at == OPENS + 4 * HOUR
    assert code(room.do(Resume("sun"), OPENS + 3 * HOUR)) == "DRAFT_NOT_PAUSED"


def test_the_lock_ends_a_pause_that_began_before_the_window() -> None:
    room = Room()
    assert room.do(Pause("on holiday"), OPENS - HOUR) is None
    room.tick(OPENS + HOUR)
    assert room.state.phase == "open"
    assert room.state.turn is not None
    assert room.state.turn.expires_at is None
    room.tick(LOCK)
    assert (room.state.phase, len(room.picks)) == ("locked", 6)


def test_undo_voids_a_slot_and_all_after_it_and_pauses() -> None:
    room = opened()
    for constructor, contestant in [(11, 4), (12, 1), (13, 9), (13, 2)]:
        room.do(MakePick(constructor, contestant), OPENS)
    before = len(room.log)
    for slot in (0, 5, 7):
        assert code(room.do(Undo(slot, "wrong"), OPENS)) == "NOTHING_TO_UNDO"
    assert room.do(Undo(2, "wrong driver"), OPENS + HOUR / 2, by=1) is None
    assert room.picks == {1: 4}
    assert room.state.paused
    assert len(room.log) == before + 1  # what is undone stays in the log
    room.do(Resume("again"), OPENS + HOUR)
    assert room.do(MakePick(12, 9), OPENS + HOUR) is None
    for command in (Undo(1, "late"), Pause("late"), ChangeClock(60, "late"), Reorder((12, 11, 13), "late")):
        assert code(room.do(command, LOCK)) == "DRAFT_LOCKED"


def test_a_complete_draft_can_be_undone_until_the_lock() -> None:
    room = Room()
    room.opening = Opening(tuple(Entrant(each, "on") for each in (11, 12, 13)), tuple(range(1, 11)))
    room.tick(OPENS)
    room.do(Undo(1, "all on autopick by mistake"), LOCK - SECOND)
    assert room.picks == {}
    assert code(room.do(Reorder((12, 11, 13), "start anew"), LOCK - SECOND)) == "ORDER_FIXED"


def test_the_order_by_hand_before_the_first_pick() -> None:
    room = Room()
    assert code(room.do(Reorder((13, 13, 11), "draw"), OPENS - HOUR)) == "NOT_A_PERMUTATION"
    assert room.do(Reorder((13, 12, 11), "draw"), OPENS - HOUR) is None
    room.tick(OPENS)
    assert room.state.order == (13, 12, 11)
    assert code(room.do(Reorder((13, 12), "draw"), OPENS)) == "NOT_A_PERMUTATION"
    assert room.do(Reorder((12, 11, 13), "draw again"), OPENS + HOUR / 2) is None
    assert room.state.turn is not None
    assert room.state.turn.expires_at == OPENS + 1.5 * HOUR
    before = room.log.copy()
    assert room.do(Reorder((12, 11, 13), "the same, repeated"), OPENS + 0.75 * HOUR) is None
    assert room.log == before
    assert room.do(MakePick(12, 1), OPENS + HOUR) is None
    assert code(room.do(Reorder((13, 12, 11), "once more"), OPENS + HOUR)) == "ORDER_FIXED"


def test_an_order_by_hand_that_no_longer_fits_gives_way() -> None:
    room = Room()
    room.do(Reorder((13, 12, 11), "draw"), OPENS - HOUR)
    room.opening = Opening((Entrant(11), Entrant(12)), tuple(range(1, 11)))
    room.tick(OPENS)
    assert room.state.order == (11, 12)


def test_another_clock_applies_from_the_next_turn_and_is_cut_to_fit() -> None:
    room = opened()
    assert code(room.do(ChangeClock(59, "fast"), OPENS)) == "CLOCK_OUT_OF_RANGE"
    assert room.do(ChangeClock(600, "fast"), OPENS) is None
    assert room.state.turn is not None
    assert room.state.turn.expires_at == OPENS + HOUR
    room.do(MakePick(11, 1), OPENS)
    assert room.state.turn is not None
    assert room.state.turn.expires_at == OPENS + 600 * SECOND
    room.do(ChangeClock(86_400, "slow"), OPENS + SECOND)
    left = (LOCK - OPENS - SECOND - timedelta(minutes=30)) // SECOND
    assert room.state.clock_seconds == left // 5


def test_a_moved_session_moves_window_and_lock_but_never_a_lock_that_has_passed() -> None:
    room = Room()
    day = timedelta(days=1)
    assert room.do(Reschedule(OPENS + day, LOCK + day), OPENS) is None
    assert room.tick(OPENS) == []
    assert room.do(Reschedule(OPENS, LOCK), OPENS) is None
    assert room.state.phase == "open"
    assert room.do(Reschedule(OPENS + day, LOCK + day), OPENS) is None
    assert (room.state.opens_at, room.state.lock_at) == (OPENS, LOCK + day)
    before = len(room.log)
    assert room.do(Reschedule(OPENS, LOCK + day), OPENS) is None
    assert len(room.log) == before  # nothing new
    room.tick(LOCK + day)
    assert code(room.do(Reschedule(OPENS, LOCK + 2 * day), LOCK + day)) == "DRAFT_LOCKED"


def test_nineteen_contestants_for_twenty_slots_leave_the_last_one_empty_unless_one_joins() -> None:
    teams = tuple(range(1, 11))
    room = Room(teams, 19)
    room.opening = Opening(tuple(Entrant(each, "on") for each in teams), tuple(range(1, 20)))
    room.tick(OPENS)
    assert list(room.picks) == list(range(1, 20))
    assert room.state.turn is None
    assert room.do(ChangePool((20, *range(1, 20)), ()), OPENS + HOUR) is None
    assert room.picks[20] == 20
    with pytest.raises(PoolShrinks):
        room.do(ChangePool((20,), ()), OPENS + HOUR)


def test_a_member_who_is_removed_on_turn_is_picked_for_from_then_on() -> None:
    room = opened((11, 12), rounds=3, on_expiry="skip")
    room.do(SetQueue(11, Queue((7,))), OPENS)
    room.tick(DEADLINE)
    room.do(MakePick(12, 1), DEADLINE)
    assert room.do(Retire(12), DEADLINE, by=1) is None
    assert room.picks == {2: 1, 3: 2}
    assert room.do(Retire(11), DEADLINE) is None
    assert room.picks == {1: 7, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5}
    assert {pick.made_by for slot, pick in room.state.picks.items() if slot != 2} == {"retired"}
    assert code(room.do(MakePick(11, 8), DEADLINE)) == "NOT_IN_DRAFT"


def test_swaps_until_they_are_used_up_and_an_undo_gives_them_back() -> None:
    room = opened(free_swaps=1)
    room.do(MakePick(11, 5), OPENS)
    assert code(room.do(Swap(11, 2, 6), OPENS)) == "NOT_THIS_SLOT"
    assert code(room.do(Swap(12, 1, 6), OPENS)) == "NOT_THIS_SLOT"
    assert code(room.do(Swap(11, 1, 5), OPENS)) == "CONTESTANT_TAKEN"
    assert room.do(Swap(11, 1, 6), OPENS) is None
    assert room.picks == {1: 6}
    assert code(room.do(Swap(11, 1, 7), OPENS)) == "NO_SWAPS_LEFT"
    room.do(Undo(1, "anew"), OPENS)
    room.do(Resume("anew"), OPENS)
    room.do(MakePick(11, 7), OPENS)
    assert room.do(Swap(11, 1, 5), OPENS) is None


@pytest.mark.parametrize(("replacement", "expected"), [("repick", None), ("inherit", "NO_SWAPS_LEFT")])
def test_whoever_holds_a_withdrawn_contestant_may_repick(replacement: str, expected: str | None) -> None:
    room = opened(replacement=replacement)
    room.do(MakePick(11, 5), OPENS)
    room.do(ChangePool(tuple(range(1, 11)), (5, 1)), OPENS)
    assert code(room.do(MakePick(12, 1), OPENS)) == "CONTESTANT_NOT_IN_POOL"
    assert code(room.do(Swap(11, 1, 6), OPENS)) == expected


def test_one_constructor_alone_has_no_draft_and_a_cancelled_event_keeps_its_picks() -> None:
    alone = Room((11,))
    assert alone.tick(OPENS) == [acts.Voided("too_few_constructors")]
    cancelled = opened()
    cancelled.do(MakePick(11, 5), OPENS)
    assert cancelled.do(Cancel(), LOCK + HOUR) is None
    assert (cancelled.state.phase, len(cancelled.picks)) == ("void", 6)
    for command in (MakePick(12, 6), Cancel(), Retire(11), Undo(1, "anew")):
        assert code(cancelled.do(command, LOCK + HOUR)) == "DRAFT_VOID"


def test_a_lock_that_has_passed_stays_passed_though_the_event_was_cancelled_and_is_held_later() -> None:
    room = opened(at_lock="empty")
    room.do(MakePick(11, 5), OPENS)
    room.tick(LOCK)
    room.do(Cancel(), LOCK + HOUR)
    assert room.do(Reinstate(OPENS, LOCK + 48 * HOUR), LOCK + 2 * HOUR) is None
    assert (room.state.phase, room.state.lock_at, room.picks) == ("locked", LOCK, {1: 5})
    # What is void for another reason stays so.
    alone = Room((11,))
    alone.tick(OPENS)
    assert code(alone.do(Reinstate(OPENS, LOCK), OPENS + HOUR)) == "DRAFT_VOID"


def test_a_draft_under_review_is_held_back_and_is_void_without_contestants_at_the_lock() -> None:
    room = Room()
    opening, room.opening = room.opening, None
    assert room.tick(OPENS + HOUR) == []
    assert net_at(room.state, OPENS + HOUR) == OPENS + 1.25 * HOUR
    room.opening = opening
    later = replace(room.state)
    room.tick(OPENS + 2 * HOUR)
    assert room.state.phase == "open"
    assert later.phase == "waiting"
    never = Room()
    never.opening = None
    assert never.tick(LOCK) == [acts.Voided("no_pool")]
