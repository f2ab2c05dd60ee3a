"""What members are told of a draft's acts. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pickvs.fantasy.drafts import acts
from pickvs.fantasy.drafts.acts import Act
from pickvs.fantasy.drafts.state import MadeBy, State, Turn
from pickvs.notices.rules import EXPIRES_AT

_BY_HAND: frozenset[MadeBy] = frozenset({"owner", "queue"})


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of an act. constructor: whose owner alone is told; None for all members. but: whose owner is not."""

    kind: str
    data: Mapping[str, Any]
    constructor: int | None = None
    but: int | None = None


def told_of(act: Act, state: State) -> Told | None:
    """Return what is told of an act, None for one that concerns nobody. state: any after the draft's opening.

    A pick that the owner or its queue has made is told to the others; one that somebody else has made, to the owner.
    """
    say = _SAID.get(type(act))
    return None if say is None else say(act, state)


def _picked(act: acts.Picked, state: State) -> Told:
    constructor = state.slot(act.slot).constructor
    data = {"slot": act.slot, "constructor_id": constructor, "contestant_id": act.contestant}
    if act.made_by in _BY_HAND:
        return Told("draft.picked", data, but=constructor)
    return Told("draft.autopicked", {**data, "made_by": act.made_by, "reason": act.reason}, constructor)


def end_of(turn: Turn, state: State) -> datetime:
    """Return when a turn is over: at the end of its clock, and at the lock at the latest."""
    return state.lock_at if turn.expires_at is None else min(turn.expires_at, state.lock_at)


def _opened(act: acts.Opened, state: State) -> Told:
    data = {"slots": len(state.slots), "contestants": len(act.pool) - len(act.withdrawn), EXPIRES_AT: state.lock_at}
    return Told("draft.opened", data)


def _auto_changed(act: acts.AutoChanged, _: State) -> Told | None:
    return (
        Told("draft.auto_on", {"constructor_id": act.constructor}, act.constructor) if act.cause == "misses" else None
    )


def _skipped(act: acts.Skipped, state: State) -> Told:
    data = {"slot": act.slot, EXPIRES_AT: state.lock_at}
    return Told("draft.skipped", data, state.slot(act.slot).constructor)


def _reminded(act: acts.Reminded, state: State) -> Told | None:
    turn = state.turn
    if turn is None or turn.slot != act.slot:
        return None  # the same transaction has ended it
    data = {"slot": act.slot, EXPIRES_AT: end_of(turn, state)}
    return Told("draft.turn_reminder", data, state.slot(act.slot).constructor)


_SAID: Mapping[type, Callable[[Any, State], Told | None]] = MappingProxyType(
    {
        acts.Opened: _opened,
        acts.Picked: _picked,
        acts.Skipped: _skipped,
        acts.Reminded: _reminded,
        acts.AutoChanged: _auto_changed,
        acts.Paused: lambda act, _: Told("draft.paused", {"reason": act.reason}),
        acts.Resumed: lambda act, _: Told("draft.resumed", {"reason": act.reason}),
        acts.Undone: lambda act, _: Told("draft.undone", {"to_slot": act.to_slot, "reason": act.reason}),
        acts.Rescheduled: lambda act, _: Told("event.moved", {"opens_at": act.opens_at, "lock_at": act.lock_at}),
        acts.Locked: lambda _, __: Told("draft.locked", {}),
        acts.Voided: lambda act, _: Told(
            "event.void" if act.cause == "cancelled" else "draft.void", {"cause": act.cause}
        ),
        acts.Reinstated: lambda act, _: Told("draft.reinstated", {"lock_at": act.lock_at}),
    }
)
