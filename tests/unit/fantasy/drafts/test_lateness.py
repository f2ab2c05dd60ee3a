"""Alarms that come late, twice or never change when something is recorded, and nothing else.

PICKVS_ALARM_FATES=20 tries twenty times as many random fates of alarms.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.fantasy.drafts import acts
from pickvs.fantasy.drafts.commands import MakePick, Queue
from pickvs.fantasy.drafts.due import net_at, next_due
from tests.support.drafts import LOCK, OPENS, Room

TEAMS = (11, 12, 13, 14)
CLOCK = 3600
SLOTS = 8
TRIES = 60 * int(os.environ.get("PICKVS_ALARM_FATES", "1"))


@dataclass(frozen=True)
class Bots:
    """What members do. reactions: by slot, seconds into the turn at which the owner picks; None: it sleeps.

    wishes: whom each owner wants, best first. queues: by owner.
    """

    reactions: Sequence[int | None]
    wishes: Sequence[Sequence[int]]
    queues: Sequence[Queue]


@dataclass(frozen=True)
class Alarm:
    """What becomes of an alarm: it is lost, so that the net finds what was due, or comes some seconds late."""

    lost: bool
    late: int
    times: int


PUNCTUAL = Alarm(lost=False, late=0, times=1)

ten = range(1, 11)
all_bots = st.builds(
    Bots,
    st.lists(st.none() | st.integers(0, CLOCK - 1), min_size=SLOTS, max_size=SLOTS),
    st.lists(st.permutations(ten), min_size=4, max_size=4),
    st.lists(
        st.builds(
            Queue,
            st.lists(st.sampled_from(ten), unique=True, max_size=4).map(tuple),
            st.sampled_from(["at_once", "at_expiry"]),
        ),
        min_size=4,
        max_size=4,
    ),
)
alarms = st.builds(Alarm, st.booleans(), st.integers(0, 120), st.integers(1, 2))


def played(bots: Bots, fate: Sequence[Alarm], on_expiry: str) -> Room:
    """Return a draft after its lock. fate: what becomes of the alarms, again and again."""
    room = Room(TEAMS, 10, clock=CLOCK, on_expiry=on_expiry)
    room.queues = dict(zip(TEAMS, bots.queues, strict=True))
    at, number = OPENS - timedelta(days=2), 0
    while room.state.phase != "locked":
        turn = room.state.turn
        reaction = None if turn is None else bots.reactions[turn.slot - 1]
        if turn is not None and reaction is not None:
            owner = room.state.slot(turn.slot).constructor
            wanted = room.state.best_of(bots.wishes[TEAMS.index(owner)])
            assert wanted is not None
            at = max(at, turn.started_at + timedelta(seconds=reaction))
            assert room.do(MakePick(owner, wanted, turn.slot), at) is None
            continue
        alarm = fate[number % len(fate)]
        at, number = max(at, woken_at(room, at, alarm)), number + 1
        for _ in range(alarm.times):
            room.tick(at)
    return room


def woken_at(room: Room, at: datetime, alarm: Alarm) -> datetime:
    due, net = next_due(room.state), net_at(room.state, at)
    assert due is not None
    assert net is not None
    if not alarm.lost:
        return due + timedelta(seconds=alarm.late)
    while net < due:
        net = net_at(room.state, net) or due
    return net


@settings(max_examples=TRIES, deadline=None)
@given(bots=all_bots, fate=st.lists(alarms, min_size=1, max_size=6), on_expiry=st.sampled_from(["autopick", "skip"]))
def test_the_same_picks_whatever_becomes_of_the_alarms(bots: Bots, fate: list[Alarm], on_expiry: str) -> None:
    punctual, late = played(bots, [PUNCTUAL], on_expiry), played(bots, fate, on_expiry)
    assert {slot: (pick.contestant, pick.made_by) for slot, pick in punctual.state.picks.items()} == {
        slot: (pick.contestant, pick.made_by) for slot, pick in late.state.picks.items()
    }
    assert punctual.state.teams == late.state.teams


def test_with_every_alarm_lost_a_draft_still_ends_well_before_its_lock() -> None:
    asleep = Bots([None] * SLOTS, [list(ten)] * 4, [Queue()] * 4)
    room = played(asleep, [Alarm(lost=True, late=0, times=1)], "autopick")
    assert {pick.made_by for pick in room.state.picks.values()} == {"expiry"}
    # The net adds at most a quarter of the clock to the opening and to each turn.
    quarters = SLOTS * 5 + 1
    assert max(pick.at for pick in room.state.picks.values()) <= OPENS + quarters * timedelta(seconds=CLOCK / 4)


def test_a_draft_whose_alarms_are_all_a_minute_late_fits_its_window() -> None:
    lock_at = OPENS + timedelta(hours=24)
    room = Room(tuple(range(1, 11)), 20, clock=86_400, lock_at=lock_at, auto_after_misses=None)
    at = OPENS
    while not room.state.complete:
        room.tick(at)
        due = next_due(room.state)
        assert due is not None
        at = due + timedelta(seconds=60)
    assert {pick.made_by for pick in room.state.picks.values()} == {"expiry"}
    assert acts.Locked() not in room.acts
    assert lock_at < LOCK
