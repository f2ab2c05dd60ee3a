"""The transaction around the engine: what a command on a draft does to the tables, the agenda, and those it concerns.

The draft's row is locked first, so acts on one draft are serial. The time is read once, behind that lock. A refusal is
returned and not raised, because what was due by the clock has happened whether the command is allowed or not: the
caller commits, and refuses afterwards.
"""

from collections.abc import Iterable
from datetime import datetime

from pickvs.agenda import service as agenda
from pickvs.core import clock
from pickvs.core.database import Connection
from pickvs.fantasy.drafts.acts import Entry
from pickvs.fantasy.drafts.commands import (
    Cancel,
    ChangePool,
    Command,
    Facts,
    Outcome,
    Refusal,
    Reinstate,
    Reschedule,
    Retire,
    Tick,
)
from pickvs.fantasy.drafts.due import net_at, next_due
from pickvs.fantasy.drafts.openings import opening_of
from pickvs.fantasy.drafts.rules import decide
from pickvs.fantasy.drafts.schedule import Window, window_of
from pickvs.fantasy.drafts.state import State
from pickvs.fantasy.drafts.storing import keeping
from pickvs.fantasy.drafts.storing.keeping import Stored
from pickvs.fantasy.drafts.telling.service import tell_of
from pickvs.fantasy.drafts.works import due_key, net_key
from pickvs.fantasy.events import reading as events
from pickvs.fantasy.events.reading import Event
from pickvs.fantasy.leagues.waking import TICK_DRAFTS, look_after


def carry_out(
    connection: Connection, draft_id: int, command: Command, by: int | None = None
) -> tuple[Stored, Outcome] | None:
    """Carry out a command on a draft, in the caller's transaction. by: the user who acts; None for the system.

    Returns the draft as it is now, and what happened; None if there is no such draft. What has changed outside of the
    draft is taken up with it: times and entries of the event when it may open, and at every tick; constructors that
    have left, always.
    """
    stored = keeping.lock(connection, draft_id)
    if stored is None:
        return None
    now = clock.now()
    step = _Step(connection, stored, now)
    is_tick, phase = isinstance(command, Tick), stored.state.phase
    if (phase == "waiting" and (is_tick or _may_open(stored.state, now))) or (phase == "void" and is_tick):
        step.follow_event()
    refusal = step.do(command, by)
    if phase in {"open", "locked"} and is_tick:
        step.follow_event()
    step.retire_those_who_left()
    kept = keeping.keep(connection, stored, tuple(step.entries))
    tell_of(connection, stored, kept, step.entries, by)
    _arm(connection, stored, kept, now, is_tick=is_tick)
    return kept, Outcome(kept.state, tuple(step.entries), refusal)


class _Step:
    """The commands of one transaction, one after the other."""

    def __init__(self, connection: Connection, stored: Stored, now: datetime) -> None:
        self._connection = connection
        self._stored = stored
        self._now = now
        self._facts = Facts(stored.queues)
        self._state = stored.state
        self.entries: list[Entry] = []

    def do(self, command: Command, by: int | None = None) -> Refusal | None:
        """Judge a command by the state that the ones before it have led to."""
        outcome = decide(self._state, command, self._facts, self._now, by)
        self._state = outcome.state
        self.entries += outcome.entries
        return outcome.refusal

    def follow_event(self) -> None:
        """Take up what has become of the event, and what the draft would open with.

        A draft whose lock lies ahead follows its event before it may open: without an opening nothing is due in it.
        """
        window = window_of(self._connection, self._stored.league, self._stored.draft.event_id)
        if window is None:
            return
        if self._now >= min(self._state.lock_at, window.lock_at or self._state.lock_at):
            self._look_at_opening(window.event)
        for command in _life(self._state, window):
            self.do(command)
        for command in _changes(self._connection, self._state, window):
            self.do(command)
        self._look_at_opening(window.event)

    def _look_at_opening(self, event: Event) -> None:
        if not self._state.slots:
            self._facts = Facts(self._stored.queues, opening_of(self._connection, self._stored, event))

    def retire_those_who_left(self) -> None:
        """Have the system pick for constructors that have left the league since the draft opened."""
        for seat in self._stored.seats:
            team = self._state.teams.get(seat.constructor_id)
            if seat.retired_at is not None and team is not None and not team.retired:
                self.do(Retire(seat.constructor_id))


def _may_open(state: State, now: datetime) -> bool:
    return now >= min(state.opens_at, state.lock_at)


def _life(state: State, window: Window) -> Iterable[Command]:
    """Yield the command that follows from an event that was cancelled, or that takes place after all."""
    if window.event.is_void:
        if state.phase != "void":
            yield Cancel()
    elif state.void_cause == "cancelled" and window.lock_at is not None and window.opens_at is not None:
        yield Reinstate(window.opens_at, window.lock_at)


def _changes(connection: Connection, state: State, window: Window) -> Iterable[Command]:
    """Yield the commands that follow from times and entries of an event as they are now."""
    event = window.event
    if state.phase not in {"waiting", "open"} or window.lock_at is None or window.opens_at is None:
        return
    yield Reschedule(window.opens_at, window.lock_at)
    if state.phase == "open":
        entries = events.pool_of(connection, event.id)
        ranked = [row.contestant_id for row in entries]
        # Nobody leaves a pool. An entry that is gone altogether is one that was withdrawn.
        gone = [each for each in state.pool if each not in set(ranked)]
        withdrawn = [row.contestant_id for row in entries if row.is_withdrawn]
        yield ChangePool((*ranked, *gone), (*withdrawn, *gone))


def _arm(connection: Connection, before: Stored, after: Stored, now: datetime, *, is_tick: bool) -> None:
    """Put the draft on the agenda for when something is due next, and as the net under that for a quarter of its clock.

    The net is put when the draft opens, at every tick, and when something is due before the lock again, as when a
    paused draft goes on; picks and refusals leave it alone. A draft that has ended has the league looked after: its
    next one is planned.
    """
    due, net = next_due(after.state), net_at(after.state, now)
    payload = {"draft_id": after.draft.id}
    if due is None:
        agenda.drop_all(connection, [(TICK_DRAFTS, due_key(after.draft.id)), (TICK_DRAFTS, net_key(after.draft.id))])
        if before.state.phase != after.state.phase:
            look_after(connection, after.league.id, now)
        return
    # Held back for want of an opening, what is due is in the past: it is looked at again at the net.
    at = due if due > now or net is None else net
    agenda.put(connection, TICK_DRAFTS, due_key(after.draft.id), at, payload)
    begins = before.state.phase == "waiting" or (
        next_due(before.state) == before.state.lock_at and due < after.state.lock_at
    )
    if net is not None and (is_tick or begins):
        agenda.put(connection, TICK_DRAFTS, net_key(after.draft.id), net, payload)
