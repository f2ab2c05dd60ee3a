"""Random drafts, step by step, against a plain model that was written apart from the engine."""

import os
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pickvs.fantasy.drafts import commands
from pickvs.fantasy.drafts.commands import Command, Queue, Tick
from pickvs.fantasy.drafts.due import next_due
from pickvs.fantasy.drafts.rules import decide
from tests.support.draft_model import Model, out_of_order
from tests.support.drafts import OPENS, Room

TEAMS = (11, 12, 13)
SLOTS = st.integers(1, 6)
CONTESTANTS = st.integers(1, 9)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

teams = st.sampled_from(TEAMS)
whose = st.one_of(st.just(0), teams)  # 0: of whoever is on turn
waits = st.sampled_from([0, 0, 0, 1, 59, 900, 2700, 3599, 3602, 3603, 5000, 40_000])


def runs(usual: str, variable: str = "PICKVS_DRAFT_MACHINE") -> settings:
    """Return how many drafts are played, of how many steps at most: `300x100`, from the environment, or as usual."""
    examples, steps = map(int, os.environ.get(variable, usual).split("x"))
    return settings(max_examples=examples, stateful_step_count=steps, deadline=None)


class Drafts(RuleBasedStateMachine):
    """A room, which a subclass may hold elsewhere than in memory, beside the model."""

    room: Any

    def make_room(self, pool: int, clock: int | None, **terms: Any) -> Any:
        return Room(TEAMS, pool, clock=clock, lock_at=OPENS + DAY, **terms)

    @initialize(
        method=st.sampled_from(["snake", "sequential"]),
        pool=st.integers(4, 8),
        clock=st.sampled_from([None, 60, 3600, 3600]),
        on_expiry=st.sampled_from(["autopick", "skip"]),
        at_lock=st.sampled_from(["autopick", "empty"]),
        auto_after_misses=st.sampled_from([None, 1, 2]),
        replacement=st.sampled_from(["inherit", "repick"]),
        was_cancelled=st.sampled_from([False, False, True]),
    )
    def open(self, *, pool: int, clock: int | None, was_cancelled: bool, **terms: Any) -> None:
        terms |= {"rounds": 2, "free_swaps": 1}
        self.room = self.make_room(pool, clock, **terms)
        if was_cancelled:
            self.room.do(commands.Cancel(), OPENS - HOUR)
            assert self.room.state.phase == "void"
            self.room.do(commands.Reinstate(OPENS, OPENS + DAY), OPENS - HOUR)
        self.now = OPENS
        self.room.tick(OPENS)
        self.model = Model(TEAMS, pool, clock, OPENS, OPENS + DAY, terms)

    def try_both(self, command: Command, *, allowed: bool) -> None:
        """Carry out a command in the room; the model has said whether it is allowed."""
        assert (self.room.do(command, self.now) is None) == allowed, command

    def owner(self, constructor: int) -> int:
        turn = self.room.state.turn
        return constructor or (TEAMS[0] if turn is None else self.room.state.slot(turn.slot).constructor)

    @rule(seconds=waits)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def tick(self) -> None:
        self.model.pass_time(self.now)
        self.room.tick(self.now)

    @rule(to=st.sampled_from([-1, 0, 1]))
    def tick_when_due(self, to: int) -> None:
        due = next_due(self.room.state)
        if due is not None:
            self.now = max(self.now, due + timedelta(seconds=to))
        self.tick()

    @rule(constructor=whose, contestant=CONTESTANTS, expected=st.one_of(st.none(), st.none(), SLOTS))
    def pick(self, constructor: int, contestant: int, expected: int | None) -> None:
        owner = self.owner(constructor)
        allowed = self.model.pick(owner, contestant, expected, self.now)
        self.try_both(commands.MakePick(owner, contestant, expected), allowed=allowed)

    @rule(wanted=st.permutations(range(1, 9)))
    def pick_somebody_free(self, wanted: list[int]) -> None:
        owner, free = self.owner(0), self.room.state.best_of(wanted)
        if free is not None:
            allowed = self.model.pick(owner, free, None, self.now)
            self.try_both(commands.MakePick(owner, free), allowed=allowed)

    @rule(constructor=teams, contestants=st.lists(CONTESTANTS, unique=True, max_size=4), at_once=st.booleans())
    def set_queue(self, constructor: int, contestants: list[int], *, at_once: bool) -> None:
        queue = Queue(tuple(contestants), "at_once" if at_once else "at_expiry")
        allowed = self.model.set_queue(constructor, queue, self.now)
        self.try_both(commands.SetQueue(constructor, queue), allowed=allowed)

    @rule(constructor=teams, auto=st.sampled_from(["off", "next", "on"]))
    def set_auto(self, constructor: int, auto: Any) -> None:
        allowed = self.model.set_auto(constructor, auto, self.now)
        self.try_both(commands.SetAuto(constructor, auto), allowed=allowed)

    @rule(constructor=whose, slot=SLOTS, contestant=CONTESTANTS)
    def swap(self, constructor: int, slot: int, contestant: int) -> None:
        owner = constructor or self.room.state.slot(slot).constructor
        allowed = self.model.swap(owner, slot, contestant, self.now)
        self.try_both(commands.Swap(owner, slot, contestant), allowed=allowed)

    @rule()
    def pause(self) -> None:
        self.try_both(commands.Pause("stop"), allowed=self.model.pause(self.now))

    @precondition(lambda self: self.room.state.paused)
    @rule()
    def resume(self) -> None:
        self.try_both(commands.Resume("go on"), allowed=self.model.resume(self.now))

    @rule(slot=SLOTS)
    def undo(self, slot: int) -> None:
        self.tick()
        before = self.room.state.picks
        allowed = self.model.undo(slot, self.now)
        self.try_both(commands.Undo(slot, "wrong"), allowed=allowed)
        if allowed:
            kept = {number: pick for number, pick in before.items() if number < slot}
            assert self.room.state.picks == kept

    @rule(seconds=st.sampled_from([None, 60, 1800, 86_400]))
    def change_clock(self, seconds: int | None) -> None:
        allowed = self.model.change_clock(seconds, self.now)
        self.try_both(commands.ChangeClock(seconds, "pace"), allowed=allowed)

    @rule(order=st.permutations(TEAMS))
    def reorder(self, order: list[int]) -> None:
        allowed = self.model.reorder(order, self.now)
        self.try_both(commands.Reorder(tuple(order), "draw"), allowed=allowed)

    @rule(hours=st.sampled_from([-3, 1, 30]))
    def reschedule(self, hours: int) -> None:
        lock_at: datetime = self.room.state.lock_at + timedelta(hours=hours)
        allowed = self.model.reschedule(lock_at, self.now)
        self.try_both(commands.Reschedule(OPENS, lock_at), allowed=allowed)

    @rule(first=CONTESTANTS, withdrawn=st.sets(CONTESTANTS, max_size=3))
    def change_pool(self, first: int, withdrawn: set[int]) -> None:
        pool = (first, *(each for each in self.room.state.pool if each != first))
        out = withdrawn & set(pool)
        allowed = self.model.change_pool(pool, out, self.now)
        self.try_both(commands.ChangePool(pool, tuple(out)), allowed=allowed)

    @precondition(lambda self: len(self.room.log) > 6)
    @rule()
    def cancel(self) -> None:
        self.try_both(commands.Cancel(), allowed=self.model.cancel(self.now))

    @precondition(lambda self: self.room.state.phase == "void")
    @rule(hours=st.sampled_from([-3, 0, 0, 30]))
    def reinstate(self, hours: int) -> None:
        before = self.room.picks
        lock_at: datetime = self.room.state.lock_at + timedelta(hours=hours)
        allowed = self.model.reinstate(lock_at, self.now)
        self.try_both(commands.Reinstate(OPENS, lock_at), allowed=allowed)
        assert self.room.picks.items() >= before.items()

    @precondition(lambda self: len(self.room.log) > 8)
    @rule(constructor=teams)
    def retire(self, constructor: int) -> None:
        self.try_both(commands.Retire(constructor), allowed=self.model.retire(constructor, self.now))

    @invariant()
    def room_and_model_agree(self) -> None:
        state, model = self.room.state, self.model
        assert self.room.picks == dict(sorted(model.filled.items()))
        assert (state.phase, state.paused) == (model.phase, model.paused)
        assert state.skipped == frozenset(model.skipped)
        assert {each: team.auto for each, team in state.teams.items()} == model.auto
        assert {each: team.misses for each, team in state.teams.items()} == model.misses
        assert (state.clock_seconds, state.lock_at) == (model.clock, model.lock_at)
        turn = (None, None) if state.turn is None else (state.turn.slot, state.turn.expires_at)
        assert turn == (model.turn, model.expires)

    @invariant()
    def nothing_happens_twice(self) -> None:
        picked = list(self.room.picks.values())
        assert len(picked) == len(set(picked))
        assert out_of_order(self.room.acts) == []

    @invariant()
    def a_second_tick_finds_nothing_to_do(self) -> None:
        # Not recorded: otherwise no command would ever find something overdue.
        once = decide(self.room.state, Tick(), self.room.facts, self.now)
        assert decide(once.state, Tick(), self.room.facts, self.now).entries == ()
        due = next_due(once.state)
        assert due is None or due > self.now

    def teardown(self) -> None:
        if not hasattr(self, "room"):
            return
        state = self.room.state
        self.now = max(self.now, state.lock_at)
        self.tick()
        self.room_and_model_agree()
        if self.room.state.phase == "locked":
            self.cancel()
            self.reinstate(hours=30)
            self.room_and_model_agree()
        final = self.room.state
        if final.phase == "locked" and final.terms.at_lock == "autopick":
            assert final.complete or not final.available
