"""Alarms that are late, doubled or lost change when others see what happened in a draft, and never what it is.

PICKVS_ALARM_FATES=20 plays twenty drafts with random fates of their alarms instead of one.
"""

import os
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from tests.support.alarms import Alarms
from tests.support.leagues import FIRST_OPENING, FOUNDED, Paddock, Table

FATES = int(os.environ.get("PICKVS_ALARM_FATES", "1"))
DAY = timedelta(days=1)
LOCK = FIRST_OPENING + DAY
REACTIONS = {1: 600, 3: 7_000}
"""Seconds into a turn at which the owner of a slot picks. The owners of the others sleep."""
WANTED = {1: 5, 3: 2}
"""Whom they pick: a place in the pool."""

type Picks = dict[int, tuple[int, str]]


def seated(paddock: Paddock, name: str) -> tuple[Table, int]:
    """Return a league of four and its draft, whose turns last about six hours."""
    table = paddock.seat(4, name=name, rounds=1, clock_seconds=86_400, quiet=None, auto_after_misses=None)
    paddock.tick(FOUNDED)
    return table, paddock.draft_of(table.league, paddock.events[0])


class Fate:
    """What becomes of alarms: they are up to two minutes late, doubled, or lost.

    Of two in a row at most one is lost: what was due is found by the net, and that is an alarm as well.
    """

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)  # noqa: S311 - chance that can be repeated
        self._was_lost = False

    def rings(self, minute: datetime) -> list[datetime]:
        """Return when an alarm rings that was set for a minute."""
        self._was_lost = not self._was_lost and self._chance.random() < 0.3
        times = 0 if self._was_lost else self._chance.randint(1, 2)
        return [minute + timedelta(seconds=self._chance.randint(0, 120)) for _ in range(times)]


def fired(alarms: Alarms, fate: Fate | None) -> list[datetime]:
    """Return when the alarms ring that were set meanwhile. Without a fate each does so once, in time."""
    minutes = list(alarms.set.values())
    alarms.set.clear()
    return minutes if fate is None else [at for minute in minutes for at in fate.rings(minute)]


def played(paddock: Paddock, alarms: Alarms, name: str, fate: Fate | None) -> Picks:
    """Play a draft until it is locked, and return who was picked in each slot, and by what."""
    table, draft = seated(paddock, name)
    at, pending = FIRST_OPENING, [FIRST_OPENING]
    while (room := paddock.room(draft, at=at)).draft.phase != "locked":
        pending = [moment for moment in pending if moment > at] + fired(alarms, fate)
        acts_at = None
        turn = room.turn
        if turn is not None and turn.expires_at is not None and turn.slot in REACTIONS and room.clock_seconds:
            started_at = turn.expires_at - timedelta(seconds=room.clock_seconds)
            acts_at = max(started_at + timedelta(seconds=REACTIONS[turn.slot]), at)
        daily = datetime.combine(at.date() + DAY, FIRST_OPENING.timetz().replace(hour=6))
        at = min([each for each in (acts_at, daily, *pending) if each is not None and each >= at])
        if at == acts_at and turn is not None:
            player = table.by_constructor[turn.constructor_id]
            wanted = paddock.pool[WANTED[turn.slot]]
            paddock.pick(player, paddock.events[0], wanted, at=at, expected_slot=turn.slot)
        else:
            paddock.tick(at, all_leagues=at == daily)
    paddock.prove(draft)
    return {
        slot.slot: (slot.contestant_id, slot.made_by)
        for slot in paddock.room(draft, at=at).slots
        if slot.contestant_id is not None and slot.made_by is not None
    }


def test_the_same_picks_whatever_becomes_of_the_alarms(paddock: Paddock, alarms: Alarms) -> None:
    paddock.move(paddock.events[0], LOCK, FOUNDED)
    punctual = played(paddock, alarms, "Punctual", None)
    assert {made_by for _, made_by in punctual.values()} == {"owner", "expiry"}
    assert {slot for slot, (_, made_by) in punctual.items() if made_by == "owner"} == set(REACTIONS)
    for seed in range(15, 15 + FATES):
        assert played(paddock, alarms, f"Unlucky {seed}", Fate(seed)) == punctual, seed


def test_with_every_alarm_of_a_turn_lost_the_net_ends_it(paddock: Paddock) -> None:
    """Each turn, and the draft, is ended within a quarter of the clock."""
    paddock.move(paddock.events[0], LOCK, FOUNDED)
    _, draft = seated(paddock, "Asleep")
    paddock.tick(FIRST_OPENING)
    quarter = timedelta(minutes=60)
    while found := paddock.rows("SELECT due_at FROM agenda WHERE key = %s", f"net:{draft}"):
        paddock.tick(found[0]["due_at"])
    room = paddock.room(draft, at=LOCK + quarter)
    assert room.draft.phase == "locked"
    turns = [act.at for act in room.acts if act.kind in {"opened", "picked"}]
    clock = timedelta(seconds=room.clock_seconds or 0)
    assert clock > timedelta(hours=2)
    assert all(later - earlier <= clock + quarter for earlier, later in pairwise(turns))
    assert room.acts[-1].kind == "locked"
    assert room.acts[-1].at <= LOCK + quarter
