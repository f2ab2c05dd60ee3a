"""What happens in a draft: the one way in. Pure.

A draft is a log of acts. `decide` says which acts follow from a command at a moment, and `evolving.evolve` what an act
makes of the state. The engine knows constructors, contestants and moments; it knows no sport.
"""

from datetime import datetime

from pickvs.fantasy.drafts import acts, picking
from pickvs.fantasy.drafts.clock import fitted
from pickvs.fantasy.drafts.commands import (
    ByCommissioner,
    BySystem,
    Cancel,
    ChangeClock,
    ChangePool,
    Code,
    Command,
    Facts,
    MakePick,
    Outcome,
    Pause,
    PickFor,
    Refusal,
    Reinstate,
    Reorder,
    Reschedule,
    Resume,
    Retire,
    SetAuto,
    SetQueue,
    Swap,
    Tick,
    Undo,
)
from pickvs.fantasy.drafts.due import bring_up
from pickvs.fantasy.drafts.evolving import planned
from pickvs.fantasy.drafts.progress import Progress
from pickvs.fantasy.drafts.state import State, Terms
from pickvs.fantasy.leagues.orders import NotAPermutation, checked
from pickvs.fantasy.leagues.rules import CLOCK_SECONDS


class PoolShrinks(ValueError):
    """A pool leaves out a contestant that was in it. One that is not entered any more is withdrawn instead."""


def plan(terms: Terms, opens_at: datetime, lock_at: datetime, clock_wanted: int | None, now: datetime) -> Outcome:
    """Return a new draft that waits for its window. clock_wanted: the league's clock, in seconds."""
    state, entry = planned(terms, acts.Planned(opens_at, lock_at, clock_wanted), now)
    return Outcome(state, (entry,))


def decide(state: State, command: Command, facts: Facts, now: datetime, by: int | None = None) -> Outcome:
    """Return what a command leads to at `now`.

    First all that is due by the clock happens; then the command is judged by the state that results; then the system
    makes the picks that are now its own. The acts of a refused command are what was due, and must be kept as well.
    by: the user who acts; None for the system. Raises PoolShrinks.
    """
    progress = Progress(state, facts, now)
    if state.phase != "waiting" or not isinstance(command, Cancel):  # no draft opens for an event that is cancelled
        bring_up(progress)
    refusal = _do(progress, command, by)
    bring_up(progress)
    return Outcome(progress.state, tuple(progress.entries), refusal)


def _do(progress: Progress, command: Command, by: int | None) -> Refusal | None:
    match command:
        case Tick():
            return None
        case MakePick() | Swap():
            return _of_owner(progress, command, by)
        case PickFor() | Pause() | Resume() | Undo() | ChangeClock() | Reorder():
            return _of_commissioner(progress, command, by)
        case SetQueue():
            progress.queues[command.constructor] = command.queue
            return None
        case SetAuto():
            return _set_auto(progress, command, by)
        case Reschedule() | ChangePool() | Retire() | Cancel() | Reinstate():
            return _of_system(progress, command, by)


def _of_owner(progress: Progress, command: MakePick | Swap, by: int | None) -> Refusal | None:
    code = _closed(progress.state) or _stranger(progress.state, command.constructor)
    if code is not None:
        return _refused(progress, code, command.constructor)
    if isinstance(command, MakePick):
        act: acts.Act | Refusal = picking.pick(progress.state, command, progress.entries)
    else:
        act = picking.swap(progress.state, command)
    return _record(progress, act, by)


def _of_commissioner(progress: Progress, command: ByCommissioner, by: int | None) -> Refusal | None:
    state = progress.state
    if not command.reason.strip():
        return Refusal("REASON_MISSING")
    if state.phase in {"locked", "void"}:
        return Refusal("DRAFT_VOID" if state.phase == "void" else "DRAFT_LOCKED")
    act: acts.Act | Refusal | None
    match command:
        case PickFor():
            code = _closed(state) or _stranger(state, command.constructor)
            act = picking.pick(state, command, progress.entries) if code is None else Refusal(code)
        case Pause():
            act = Refusal("DRAFT_PAUSED") if state.paused else acts.Paused(command.reason)
        case Resume():
            act = acts.Resumed(command.reason) if state.paused else Refusal("DRAFT_NOT_PAUSED")
        case Undo():
            act = _undo(state, command)
        case ChangeClock():
            act = _change_clock(progress, command)
        case Reorder():
            act = _reorder(state, command)
    return _record(progress, act, by)


def _of_system(progress: Progress, command: BySystem, by: int | None) -> Refusal | None:
    state = progress.state
    if isinstance(command, Cancel | Reinstate):
        return _change_life(progress, command, by)
    if state.phase in {"locked", "void"}:
        return Refusal("DRAFT_VOID" if state.phase == "void" else "DRAFT_LOCKED")
    match command:
        case Reschedule():
            opens_at = command.opens_at if state.phase == "waiting" else state.opens_at
            if (opens_at, command.lock_at) != (state.opens_at, state.lock_at):
                seconds = _fit(progress, state.clock_wanted, command.lock_at)
                progress.record(acts.Rescheduled(opens_at, command.lock_at, seconds), by)
        case ChangePool():
            _change_pool(progress, command, by)
        case Retire():
            team = state.teams.get(command.constructor)
            if team is not None and not team.retired:
                progress.record(acts.Retired(command.constructor), by)
    return None


def _change_life(progress: Progress, command: Cancel | Reinstate, by: int | None) -> Refusal | None:
    """Void a draft with its event, or take that back. A draft that is not void has nothing to take back."""
    if isinstance(command, Reinstate) and progress.state.void_cause == "cancelled":
        progress.record(_reinstated(progress, command), by)
    elif progress.state.phase == "void":
        return Refusal("DRAFT_VOID")
    elif isinstance(command, Cancel):
        progress.record(acts.Voided("cancelled"), by)
    return None


def _reinstated(progress: Progress, command: Reinstate) -> acts.Reinstated:
    """Return the act of a draft that comes back. Its clock is cut to fit anew; a lock that has passed stays passed."""
    state = progress.state
    match state.phase_before_void:
        case "waiting":
            return acts.Reinstated(command.opens_at, command.lock_at, state.clock_wanted)
        case "open":
            seconds = fitted(state.clock_wanted, progress.at, command.lock_at, len(state.open_slots), state.terms.hours)
            return acts.Reinstated(state.opens_at, command.lock_at, seconds)
        case _:
            return acts.Reinstated(state.opens_at, state.lock_at, state.clock_seconds)


def _record(progress: Progress, act: acts.Act | Refusal | None, by: int | None) -> Refusal | None:
    """Record an act, or return the refusal. None: what is wanted is so already."""
    if isinstance(act, Refusal):
        return act
    if act is not None:
        progress.record(act, by)
    return None


def _closed(state: State) -> Code | None:
    """Return why nobody picks at the moment. None if the draft is open."""
    match state.phase:
        case "void":
            return "DRAFT_VOID"
        case "locked":
            return "DRAFT_LOCKED"
        case "waiting":
            return "DRAFT_NOT_OPEN"
        case "open":
            return "DRAFT_PAUSED" if state.paused else None


def _stranger(state: State, constructor: int) -> Code | None:
    team = state.teams.get(constructor)
    return "NOT_IN_DRAFT" if team is None or team.retired else None


def _refused(progress: Progress, code: Code, constructor: int) -> Refusal:
    """Return the refusal of an owner's command.

    It tells what the lock has picked for the constructor, if the lock was recorded in this command.
    """
    if code == "DRAFT_LOCKED":
        for entry in progress.entries:
            act = entry.act
            if isinstance(act, acts.Picked) and progress.state.slot(act.slot).constructor == constructor:
                return Refusal(code, act.slot, act.contestant)
    return Refusal(code)


def _undo(state: State, command: Undo) -> acts.Undone | Refusal:
    if state.phase == "waiting":
        return Refusal("DRAFT_NOT_OPEN")
    if command.to_slot not in state.picks and command.to_slot not in state.skipped:
        return Refusal("NOTHING_TO_UNDO")
    return acts.Undone(command.to_slot, command.reason)


def _change_clock(progress: Progress, command: ChangeClock) -> acts.ClockChanged | Refusal:
    if command.seconds is not None and command.seconds not in CLOCK_SECONDS:
        return Refusal("CLOCK_OUT_OF_RANGE")
    seconds = _fit(progress, command.seconds, progress.state.lock_at)
    return acts.ClockChanged(command.seconds, seconds, command.reason)


def _fit(progress: Progress, wanted: int | None, lock_at: datetime) -> int | None:
    """Return a clock cut so that the open slots fit before the lock. Before the opening it is not cut yet."""
    state = progress.state
    if state.phase == "waiting":
        return wanted
    return fitted(wanted, progress.at, lock_at, len(state.open_slots), state.terms.hours)


def _reorder(state: State, command: Reorder) -> acts.Reordered | Refusal | None:
    """Return the act of an order set by hand; None if it is the order already, so that a repeat restarts no turn.

    Before the opening, who takes part is not known: it is judged there.
    """
    if state.touched:
        return Refusal("ORDER_FIXED")
    try:
        checked(command.order, command.order if state.phase == "waiting" else state.order)
    except NotAPermutation:
        return Refusal("NOT_A_PERMUTATION")
    known = state.manual if state.phase == "waiting" else state.order
    return None if command.order == known else acts.Reordered(command.order, command.reason)


def _set_auto(progress: Progress, command: SetAuto, by: int | None) -> Refusal | None:
    """Record autopick as the owner sets it. Outside an open draft there is nothing to record: an opening tells it."""
    state = progress.state
    if state.phase != "open":
        return None
    code = _stranger(state, command.constructor)
    if code is not None:
        return Refusal(code)
    if state.teams[command.constructor].auto != command.auto or state.teams[command.constructor].misses:
        progress.record(acts.AutoChanged(command.constructor, command.auto, "owner"), by)
    return None


def _change_pool(progress: Progress, command: ChangePool, by: int | None) -> None:
    state = progress.state
    if state.phase == "waiting":
        return
    if not set(state.pool) <= set(command.pool):
        raise PoolShrinks("a pool keeps everybody who was in it; name who is not entered any more as withdrawn")
    if (state.pool, state.withdrawn) != (command.pool, frozenset(command.withdrawn)):
        progress.record(acts.PoolChanged(command.pool, tuple(sorted(command.withdrawn))), by)
