"""What an act makes of a draft. Pure. The only place that changes a state."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from pickvs.fantasy.drafts import acts
from pickvs.fantasy.drafts.acts import Entry
from pickvs.fantasy.drafts.clock import after_running, reminder_at
from pickvs.fantasy.drafts.order import slots_of
from pickvs.fantasy.drafts.state import Pick, State, Team, Terms, Turn


class BrokenLog(ValueError):
    """A log does not begin with Planned, has a gap, or goes back in time."""


def replay(terms: Terms, log: Iterable[Entry]) -> State:
    """Return the state that a whole log leads to. Raises BrokenLog."""
    state: State | None = None
    for entry in log:
        state = _first(terms, entry) if state is None else evolve(state, entry)
    if state is None:
        raise BrokenLog("a log has at least one act")
    return state


def planned(terms: Terms, act: acts.Planned, at: datetime) -> tuple[State, Entry]:
    """Return a new draft and the first line of its log."""
    entry = Entry(1, at, None, act)
    return _first(terms, entry), entry


def evolve(state: State, entry: Entry) -> State:
    """Return the state after an act. Raises BrokenLog if it does not follow the last one."""
    if entry.seq != state.version + 1:
        raise BrokenLog(f"act {entry.seq} follows act {state.version}; read the log anew")
    if entry.at < state.last_at:
        raise BrokenLog(f"act {entry.seq} is earlier than the one before it")
    apply = _EFFECTS[type(entry.act)]
    after = replace(apply(state, entry.act, entry.at), version=entry.seq, last_at=entry.at)
    return _continued(after, entry.at)


def _first(terms: Terms, entry: Entry) -> State:
    act = entry.act
    if entry.seq != 1 or not isinstance(act, acts.Planned):
        raise BrokenLog("the first act of a log is Planned")
    return State(
        terms=terms,
        phase="waiting",
        paused=False,
        version=1,
        last_at=entry.at,
        opens_at=act.opens_at,
        lock_at=act.lock_at,
        clock_wanted=act.clock_wanted,
        clock_seconds=act.clock_wanted,
        manual=None,
        slots=(),
        pool=(),
        withdrawn=frozenset(),
        picks={},
        skipped=frozenset(),
        touched=False,
        teams={},
        turn=None,
        void_cause=None,
    )


def _continued(state: State, at: datetime) -> State:
    """Return the state with the turn that belongs to it: the one that runs, if its slot is still next."""
    slot = state.next_slot if state.phase == "open" else None
    if slot is None or not state.available:
        return state if state.turn is None else replace(state, turn=None)
    if state.turn is not None and state.turn.slot == slot.number:
        return state
    return replace(state, turn=_turn(state, slot.number, at))


def _turn(state: State, slot: int, at: datetime) -> Turn:
    seconds = None if state.paused else state.clock_seconds
    if seconds is None:
        return Turn(slot, at, None, None)
    hours = state.terms.hours
    return Turn(slot, at, after_running(at, timedelta(seconds=seconds), hours), reminder_at(at, seconds, hours))


def _with_team(state: State, constructor: int, **changes: Any) -> State:
    return replace(state, teams={**state.teams, constructor: replace(state.teams[constructor], **changes)})


def _opened(state: State, act: acts.Opened, at: datetime) -> State:
    del at
    order = [entrant.constructor for entrant in act.entrants]
    return replace(
        state,
        phase="open",
        slots=slots_of(order, state.terms.rounds, state.terms.method),
        pool=act.pool,
        withdrawn=frozenset(act.withdrawn),
        teams={each.constructor: Team(each.auto, each.misses) for each in act.entrants},
        clock_seconds=act.clock_seconds,
    )


def _picked(state: State, act: acts.Picked, at: datetime) -> State:
    constructor = state.slot(act.slot).constructor
    team = state.teams[constructor]
    after = replace(
        state,
        picks={**state.picks, act.slot: Pick(act.contestant, act.made_by, at)},
        skipped=state.skipped - {act.slot},
        touched=True,
    )
    match act.made_by:
        case "owner":
            return _with_team(after, constructor, auto="off", misses=0)
        case "queue":
            return _with_team(after, constructor, misses=0)
        case "expiry":
            return _with_team(after, constructor, misses=team.misses + 1)
        case "auto" if team.auto == "next":
            return _with_team(after, constructor, auto="off")
        case _:
            return after


def _skipped(state: State, act: acts.Skipped, at: datetime) -> State:
    del at
    constructor = state.slot(act.slot).constructor
    after = replace(state, skipped=state.skipped | {act.slot}, touched=True)
    return _with_team(after, constructor, misses=state.teams[constructor].misses + 1)


def _reminded(state: State, act: acts.Reminded, at: datetime) -> State:
    del at
    turn = state.turn
    return state if turn is None or turn.slot != act.slot else replace(state, turn=replace(turn, remind_at=None))


def _auto_changed(state: State, act: acts.AutoChanged, at: datetime) -> State:
    del at
    misses = 0 if act.cause == "owner" else state.teams[act.constructor].misses
    return _with_team(state, act.constructor, auto=act.auto, misses=misses)


def _swapped(state: State, act: acts.Swapped, at: datetime) -> State:
    swaps = state.picks[act.slot].swaps + (act.cause == "swap")
    return replace(state, picks={**state.picks, act.slot: Pick(act.contestant, "owner", at, swaps)})


def _paused(state: State, act: acts.Paused, at: datetime) -> State:
    del act, at
    turn = None if state.turn is None else replace(state.turn, expires_at=None, remind_at=None)
    return replace(state, paused=True, turn=turn)


def _resumed(state: State, act: acts.Resumed, at: datetime) -> State:
    del act, at
    return replace(state, paused=False, turn=None)


def _undone(state: State, act: acts.Undone, at: datetime) -> State:
    del at
    return replace(
        state,
        paused=True,
        turn=None,
        picks={slot: pick for slot, pick in state.picks.items() if slot < act.to_slot},
        skipped=frozenset(slot for slot in state.skipped if slot < act.to_slot),
    )


def _clock_changed(state: State, act: acts.ClockChanged, at: datetime) -> State:
    after = replace(state, clock_wanted=act.clock_wanted, clock_seconds=act.clock_seconds)
    turn = state.turn
    if turn is None or turn.expires_at is not None:
        return after
    # A turn without a clock would last until the lock, and the new clock never begin.
    return replace(after, turn=_turn(after, turn.slot, at))


def _reordered(state: State, act: acts.Reordered, at: datetime) -> State:
    del at
    if state.phase == "waiting":
        return replace(state, manual=act.order)
    return replace(state, slots=slots_of(act.order, state.terms.rounds, state.terms.method), turn=None)


def _rescheduled(state: State, act: acts.Rescheduled, at: datetime) -> State:
    del at
    return replace(state, opens_at=act.opens_at, lock_at=act.lock_at, clock_seconds=act.clock_seconds)


def _pool_changed(state: State, act: acts.PoolChanged, at: datetime) -> State:
    del at
    return replace(state, pool=act.pool, withdrawn=frozenset(act.withdrawn))


def _retired(state: State, act: acts.Retired, at: datetime) -> State:
    del at
    return _with_team(state, act.constructor, retired=True)


def _locked(state: State, act: acts.Locked, at: datetime) -> State:
    del act, at
    return replace(state, phase="locked", paused=False)


def _voided(state: State, act: acts.Voided, at: datetime) -> State:
    del at
    return replace(state, phase="void", paused=False, void_cause=act.cause)


def _reinstated(state: State, act: acts.Reinstated, at: datetime) -> State:
    del at
    return replace(
        state,
        phase=state.phase_before_void,
        opens_at=act.opens_at,
        lock_at=act.lock_at,
        clock_seconds=act.clock_seconds,
        void_cause=None,
    )


_EFFECTS: Mapping[type, Callable[[State, Any, datetime], State]] = MappingProxyType(
    {
        acts.Opened: _opened,
        acts.Picked: _picked,
        acts.Skipped: _skipped,
        acts.Reminded: _reminded,
        acts.AutoChanged: _auto_changed,
        acts.Swapped: _swapped,
        acts.Paused: _paused,
        acts.Resumed: _resumed,
        acts.Undone: _undone,
        acts.ClockChanged: _clock_changed,
        acts.Reordered: _reordered,
        acts.Rescheduled: _rescheduled,
        acts.PoolChanged: _pool_changed,
        acts.Retired: _retired,
        acts.Locked: _locked,
        acts.Voided: _voided,
        acts.Reinstated: _reinstated,
    }
)
