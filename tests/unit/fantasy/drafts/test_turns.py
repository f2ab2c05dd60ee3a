"""What happens in a draft room by turns, clocks, queues and the lock."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from pickvs.fantasy.drafts import acts
from pickvs.fantasy.drafts.acts import Entrant
from pickvs.fantasy.drafts.clock import Hours
from pickvs.fantasy.drafts.commands import (
    ChangeClock,
    Code,
    Command,
    MakePick,
    Opening,
    Pause,
    PickFor,
    Queue,
    Refusal,
    Resume,
    SetAuto,
    SetQueue,
    Tick,
    Undo,
)
from pickvs.fantasy.drafts.due import net_at, next_due
from pickvs.fantasy.drafts.evolving import BrokenLog, evolve, replay
from pickvs.fantasy.drafts.log import KINDS, read
from pickvs.fantasy.drafts.order import slots_of
from pickvs.fantasy.leagues.rules import NIGHT, Method
from tests.support.drafts import LOCK, OPENS, Room, code, opened

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DEADLINE = OPENS + HOUR + 3 * SECOND  # of the first turn, with a clock of an hour


@pytest.mark.parametrize(
    ("method", "rounds", "expected"),
    [
        ("snake", 3, "abccbaabc"),
        ("sequential", 3, "abcabcabc"),
        ("snake", 1, "abc"),
        ("snake", 2, "abccba"),
    ],
)
def test_slots(method: Method, rounds: int, expected: str) -> None:
    slots = slots_of([ord(each) for each in "abc"], rounds, method)
    assert "".join(chr(slot.constructor) for slot in slots) == expected
    assert [slot.number for slot in slots] == list(range(1, len(slots) + 1))
    assert [slot.round for slot in slots] == [number // 3 + 1 for number in range(len(slots))]


def test_every_act_has_a_name_in_the_log_and_no_other_is_read() -> None:
    assert set(KINDS.values()) == set(get_args(acts.Act.__value__))
    rows: list[tuple[str, dict[str, Any]]] = [("traded", {}), ("picked", {"slot": 1}), ("skipped", {"slot": "one"})]
    for kind, payload in rows:
        with pytest.raises(BrokenLog):
            read(kind, payload)


def test_a_log_with_a_gap_or_back_in_time_is_not_read() -> None:
    room = opened()
    state = room.state
    for entry in (
        acts.Entry(state.version + 2, OPENS, None, acts.Locked()),
        acts.Entry(state.version + 1, OPENS - SECOND, None, acts.Locked()),
    ):
        with pytest.raises(BrokenLog):
            evolve(state, entry)
    for log in ([], [acts.Entry(1, OPENS, None, acts.Locked())]):
        with pytest.raises(BrokenLog):
            replay(room.terms, log)


def test_nobody_picks_before_the_window_and_the_first_request_in_it_opens_the_draft() -> None:
    room = Room()
    assert room.tick(OPENS - SECOND) == []
    assert code(room.do(MakePick(11, 5), OPENS - SECOND)) == "DRAFT_NOT_OPEN"
    assert next_due(room.state) == OPENS
    assert room.do(MakePick(11, 5), OPENS) is None
    assert [type(act) for act in room.acts] == [acts.Planned, acts.Opened, acts.Picked]


def test_a_draft_by_hand() -> None:
    room = opened()
    at = OPENS
    for constructor, contestant in [(11, 4), (12, 1), (13, 9), (13, 2), (12, 10), (11, 3)]:
        at += 10 * SECOND
        assert room.do(MakePick(constructor, contestant), at, by=constructor) is None
    assert room.state.complete
    assert room.picks == {1: 4, 2: 1, 3: 9, 4: 2, 5: 10, 6: 3}
    assert next_due(room.state) == LOCK
    assert code(room.do(MakePick(11, 5), at)) == "PICKS_COMPLETE"
    assert [type(act) for act in room.tick(LOCK)] == [acts.Locked]
    assert next_due(room.state) is net_at(room.state, LOCK) is None
    assert code(room.do(MakePick(11, 5), LOCK)) == "DRAFT_LOCKED"


def test_refusals_of_a_pick() -> None:
    room = opened()
    assert room.do(MakePick(11, 4), OPENS) is None
    refused: list[tuple[Command, Code]] = [
        (MakePick(11, 5), "NOT_YOUR_TURN"),
        (MakePick(11, 5, expected_slot=6), "NOT_YOUR_TURN"),
        (MakePick(11, 5, expected_slot=1), "NOT_THIS_SLOT"),
        (MakePick(12, 5, expected_slot=3), "NOT_THIS_SLOT"),
        (MakePick(12, 5, expected_slot=0), "NOT_THIS_SLOT"),
        (MakePick(12, 5, expected_slot=7), "NOT_THIS_SLOT"),
        (MakePick(12, 4), "CONTESTANT_TAKEN"),
        (MakePick(12, 11), "CONTESTANT_NOT_IN_POOL"),
        (MakePick(99, 5), "NOT_IN_DRAFT"),
        (PickFor(12, 5, " "), "REASON_MISSING"),
    ]
    for command, expected in refused:
        assert code(room.do(command, OPENS)) == expected, command
    assert room.picks == {1: 4}
    assert room.do(PickFor(12, 5, "is on a plane"), OPENS, by=1) is None
    assert room.acts[-1] == acts.Picked(2, 5, "commissioner", "is on a plane")


def test_a_pick_counts_within_three_seconds_of_grace() -> None:
    in_time, late = opened(), opened()
    assert in_time.do(MakePick(11, 5), DEADLINE - SECOND / 1000) is None
    assert late.do(MakePick(11, 5), DEADLINE) == Refusal("TURN_EXPIRED", 1, 1)
    assert late.picks == {1: 1}
    assert late.do(MakePick(12, 5), DEADLINE) is None


def test_a_late_pick_is_never_taken_for_the_next_turn_of_the_same_constructor() -> None:
    room = opened((11, 12))
    assert room.do(MakePick(11, 5), OPENS) is None
    refusal = room.do(MakePick(12, 6), DEADLINE)
    assert refusal == Refusal("TURN_EXPIRED", 2, 1)
    assert room.picks == {1: 5, 2: 1}
    assert room.do(MakePick(12, 6, expected_slot=2), DEADLINE) == refusal
    assert room.do(MakePick(12, 6, expected_slot=3), DEADLINE) is None


def test_the_next_turn_begins_when_the_act_is_recorded() -> None:
    room = opened()
    late = OPENS + 5 * HOUR
    assert [type(act) for act in room.tick(late)] == [acts.Picked]
    assert room.state.turn is not None
    assert room.state.turn.expires_at == late + HOUR
    assert room.tick(late) == []


def test_no_clock_runs_at_night_and_picks_are_welcome() -> None:
    room = opened(hours=Hours(ZoneInfo("America/New_York"), NIGHT))
    evening = datetime.fromisoformat("2024-07-02T02:30Z")  # 22:30 in New York
    assert room.do(MakePick(11, 5), OPENS) is None
    room.tick(evening)
    assert room.state.turn is not None
    assert room.state.turn.expires_at == datetime.fromisoformat("2024-07-02T12:30Z")
    assert room.do(MakePick(13, 6), evening + 4 * HOUR) is None


def test_one_reminder_with_a_quarter_left() -> None:
    room = opened()
    assert next_due(room.state) == OPENS + 0.75 * HOUR
    assert room.tick(OPENS + 0.75 * HOUR) == [acts.Reminded(1)]
    assert room.tick(OPENS + 0.8 * HOUR) == []
    assert next_due(room.state) == DEADLINE


def test_autopick_takes_the_queue_first_and_passes_over_the_taken_and_unknown() -> None:
    room = opened()
    assert room.do(SetQueue(12, Queue((4, 99, 7))), OPENS) is None
    assert room.do(MakePick(11, 4), OPENS) is None
    room.tick(OPENS + 2 * HOUR)
    assert room.picks[2] == 7
    assert room.acts[-1] == acts.Picked(2, 7, "expiry")


def test_a_queue_at_once_picks_when_the_turn_begins_and_when_it_is_filled() -> None:
    room = opened()
    assert room.do(SetQueue(12, Queue((4, 7), "at_once")), OPENS) is None
    assert room.do(MakePick(11, 4), OPENS + SECOND) is None
    assert room.picks == {1: 4, 2: 7}
    assert room.do(SetQueue(13, Queue((4,), "at_once")), OPENS + SECOND) is None
    assert room.picks == {1: 4, 2: 7}  # waits: nobody in it is free
    assert room.do(SetQueue(13, Queue((9,), "at_once")), OPENS + SECOND) is None
    assert room.picks == {1: 4, 2: 7, 3: 9}
    assert not [act for act in room.acts if "queue" in type(act).__name__.lower()]


def test_a_queue_set_after_the_clock_or_the_lock_comes_too_late() -> None:
    late, locked = opened(), opened()
    late.do(SetQueue(11, Queue((8,))), DEADLINE)
    assert late.picks == {1: 1}
    locked.do(SetQueue(11, Queue((8,))), LOCK)
    assert locked.picks == {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6}


def test_everybody_on_auto_is_a_whole_draft_at_the_opening() -> None:
    room = Room()
    room.opening = Opening(tuple(Entrant(each, "on") for each in (11, 12, 13)), tuple(range(1, 11)))
    assert len(room.tick(OPENS)) == 1 + 6
    assert room.picks == {number: number for number in range(1, 7)}


def test_auto_for_the_next_turn_only() -> None:
    room = opened()
    room.do(SetAuto(13, "next"), OPENS)
    room.do(MakePick(11, 5), OPENS)
    room.do(MakePick(12, 6), OPENS)
    assert room.picks == {1: 5, 2: 6, 3: 1}
    assert room.state.teams[13].auto == "off"
    assert room.state.turn is not None
    assert room.state.turn.slot == 4


def test_auto_comes_on_after_two_misses_as_an_act_and_goes_off_with_a_pick_by_hand() -> None:
    room = opened((11, 12), rounds=3)
    room.do(MakePick(11, 5), OPENS)
    room.tick(OPENS + 2 * HOUR)
    assert room.state.teams[12].misses == 1
    room.tick(OPENS + 4 * HOUR)
    assert room.acts[-2:] == [acts.Picked(3, 2, "expiry"), acts.AutoChanged(12, "on", "misses")]
    room.do(MakePick(11, 6), OPENS + 4 * HOUR)
    room.do(MakePick(11, 7), OPENS + 4 * HOUR)
    assert room.acts[-1] == acts.Picked(6, 3, "auto")
    room.do(Undo(6, "the wrong one"), OPENS + 5 * HOUR)
    room.do(SetAuto(12, "off"), OPENS + 5 * HOUR)
    assert room.state.teams[12].misses == 0
    room.do(Resume("go on"), OPENS + 5 * HOUR)
    room.do(MakePick(12, 8), OPENS + 5 * HOUR)
    assert room.state.complete


def test_a_row_of_misses_is_broken_by_a_pick_and_carried_over_from_the_draft_before() -> None:
    room = Room((11, 12))
    room.opening = Opening((Entrant(11, misses=1), Entrant(12, misses=1)), tuple(range(1, 11)))
    room.tick(OPENS)
    room.do(MakePick(11, 5), OPENS)
    assert room.state.teams[11].misses == 0
    room.tick(OPENS + 2 * HOUR)
    assert room.state.teams[12].auto == "on"
    assert room.picks == {1: 5, 2: 1, 3: 2}


def test_a_row_of_misses_is_broken_by_a_queue_that_picks_at_once() -> None:
    room = Room((11, 12))
    room.opening = Opening((Entrant(11, misses=1), Entrant(12, misses=1)), tuple(range(1, 11)))
    room.queues = {11: Queue((7,), "at_once")}
    room.tick(OPENS)
    assert room.picks == {1: 7}
    assert {each: team.misses for each, team in room.state.teams.items()} == {11: 0, 12: 1}


def test_a_skipped_slot_stays_open_until_the_lock() -> None:
    room = opened(on_expiry="skip", auto_after_misses=None)
    assert room.tick(DEADLINE) == [acts.Skipped(1)]
    assert room.do(MakePick(12, 4), DEADLINE) is None
    assert room.do(MakePick(11, 4), DEADLINE) == Refusal("CONTESTANT_TAKEN")
    assert room.do(MakePick(11, 5), DEADLINE) is None
    assert room.picks == {1: 5, 2: 4}
    for hours in range(2, 10):
        room.tick(OPENS + 2 * hours * HOUR)
    assert room.state.skipped == {3, 4, 5, 6}
    assert room.state.turn is None
    assert code(room.do(MakePick(12, 5, expected_slot=1), DEADLINE)) == "NOT_THIS_SLOT"
    room.tick(LOCK)
    assert room.picks == {1: 5, 2: 4, 3: 1, 4: 2, 5: 3, 6: 6}


def test_a_pick_that_meets_its_own_skip_fills_the_slot_all_the_same() -> None:
    room = opened((11, 12), on_expiry="skip")
    assert room.do(MakePick(11, 5), OPENS) is None
    assert room.do(MakePick(12, 6), DEADLINE) is None
    assert room.picks == {1: 5, 2: 6}
    assert room.state.turn is not None
    assert room.state.turn.slot == 3


def test_slots_may_stay_empty_at_the_lock() -> None:
    room = opened(at_lock="empty")
    room.do(MakePick(11, 5), OPENS)
    assert room.tick(LOCK) == [acts.Locked()]
    assert room.picks == {1: 5}


def test_the_lock_has_no_grace_and_decides_whatever_was_due_before_it() -> None:
    room = opened(lock_at=OPENS + HOUR)
    assert room.do(MakePick(11, 5), OPENS + HOUR) == Refusal("DRAFT_LOCKED", 1, 1)
    assert {pick.made_by for pick in room.state.picks.values()} == {"lock"}
    late = opened()
    late.tick(LOCK + 9 * HOUR)
    assert {pick.made_by for pick in late.state.picks.values()} == {"lock"}


def test_a_draft_that_nobody_woke_opens_and_locks_at_once() -> None:
    room = Room()
    assert [type(act) for act in room.tick(LOCK)] == [acts.Opened, *[acts.Picked] * 6, acts.Locked]


def test_without_a_clock_turns_last_until_the_lock() -> None:
    room = opened(clock=None)
    assert next_due(room.state) == LOCK
    assert room.tick(LOCK - SECOND) == []
    room.do(ChangeClock(3600, "too slow"), OPENS + HOUR)
    assert room.state.turn is not None
    assert room.state.turn.expires_at == OPENS + 2 * HOUR


def test_the_net_is_a_quarter_of_the_clock_between_a_minute_and_an_hour() -> None:
    for clock, expected in [(60, 60), (1200, 300), (14_400, 3600)]:
        assert net_at(opened(clock=clock).state, OPENS) == OPENS + expected * SECOND
    # Without a clock, and in a draft that is complete, only the lock is due: the net is a minute behind it.
    complete = opened(clock=1200)
    for team in (11, 12, 13):
        complete.do(SetAuto(team, "on"), OPENS)
    assert len(complete.state.picks) == 6
    for room in (opened(clock=None), complete):
        assert net_at(room.state, OPENS) == LOCK + 60 * SECOND
        assert net_at(room.state, LOCK + 300 * SECOND) == LOCK + 360 * SECOND
    for team in (11, 12, 13):
        complete.do(SetAuto(team, "off"), OPENS)
    complete.do(Undo(5, "a slip"), OPENS + HOUR)
    complete.do(Resume("again"), OPENS + HOUR)
    assert net_at(complete.state, OPENS + HOUR) == OPENS + HOUR + 60 * SECOND * 5
    # Before the opening nothing is due: the net is as far behind it.
    for before in (timedelta(0), 3 * HOUR, timedelta(days=5)):
        assert net_at(Room(clock=14_400).state, OPENS - before) == OPENS + HOUR
    assert net_at(Room(clock=14_400).state, OPENS + HOUR) == OPENS + 2 * HOUR


def test_a_clock_that_goes_back_by_milliseconds_does_not_reorder_acts() -> None:
    room = opened()
    assert room.do(MakePick(11, 5), OPENS - timedelta(milliseconds=7)) is None
    assert room.state.picks[1].at == OPENS


def test_quiet_hours_do_not_hold_the_lock_back() -> None:
    hours = Hours(ZoneInfo("UTC"), replace(NIGHT, begin=time(13), end=time(15)))
    room = opened(hours=hours)
    assert room.tick(LOCK - SECOND)
    assert room.tick(LOCK)[-1] == acts.Locked()


@pytest.mark.parametrize("command", [Tick(), MakePick(11, 5), Pause("x"), SetAuto(11, "on"), SetQueue(11, Queue())])
def test_acts_of_what_is_due_are_kept_though_the_command_fails(command: Command) -> None:
    room = opened()
    room.do(command, DEADLINE)
    assert acts.Picked(1, 1, "expiry") in room.acts
