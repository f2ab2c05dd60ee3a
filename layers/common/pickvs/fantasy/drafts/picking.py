"""Whether a pick or a swap is allowed, and the act that it is. Pure."""

from collections.abc import Iterable

from pickvs.fantasy.drafts import acts
from pickvs.fantasy.drafts.acts import Entry, Picked, Skipped, Swapped
from pickvs.fantasy.drafts.commands import MakePick, PickFor, Refusal, Swap
from pickvs.fantasy.drafts.state import State

_BY_CLOCK = frozenset({"expiry", "lock"})


def pick(state: State, command: MakePick | PickFor, just: Iterable[Entry]) -> Picked | Refusal:
    """Return the act of a pick. just: what was due and has been recorded before the pick was judged."""
    lost = _just_expired(state, command.constructor, just)
    number = command.expected_slot if command.expected_slot is not None else lost
    slot = _reached(state, command.constructor) if number is None else _said(state, command.constructor, number)
    if isinstance(slot, Refusal):
        return slot
    refusal = _unavailable(state, command.contestant)
    if refusal is not None:
        return refusal
    if isinstance(command, PickFor):
        return Picked(slot, command.contestant, "commissioner", command.reason)
    return Picked(slot, command.contestant, "owner")


def swap(state: State, command: Swap) -> Swapped | Refusal:
    """Return the act of a swap. It costs nothing if the contestant is withdrawn and the league lets owners repick."""
    known = state.picks.get(command.slot)
    if known is None or state.slot(command.slot).constructor != command.constructor:
        return Refusal("NOT_THIS_SLOT")
    refusal = _unavailable(state, command.contestant)
    if refusal is not None:
        return refusal
    if state.terms.replacement == "repick" and known.contestant in state.withdrawn:
        return Swapped(command.slot, command.contestant, "repick")
    if state.swaps_of(command.constructor) >= state.terms.free_swaps:
        return Refusal("NO_SWAPS_LEFT")
    return Swapped(command.slot, command.contestant, "swap")


def _just_expired(state: State, constructor: int, just: Iterable[Entry]) -> int | None:
    """Return the slot of a constructor whose turn has expired in this very command.

    A pick without a slot was meant for it. Taken for the next turn, which in a snake may be the same constructor's, it
    would be a second pick by accident.
    """
    for entry in just:
        match entry.act:
            case acts.Picked(slot=slot, made_by="expiry") | Skipped(slot=slot):
                if state.slot(slot).constructor == constructor:
                    return slot
            case _:
                continue
    return None


def _said(state: State, constructor: int, number: int) -> int | Refusal:
    """Return the slot that the request names, if it is the constructor's, open, and reached."""
    if not 1 <= number <= len(state.slots) or state.slot(number).constructor != constructor:
        return Refusal("NOT_THIS_SLOT")
    made = state.picks.get(number)
    if made is not None:
        return Refusal("TURN_EXPIRED" if made.made_by in _BY_CLOCK else "NOT_THIS_SLOT", number, made.contestant)
    turn = state.turn
    if number in state.skipped or (turn is not None and turn.slot == number):
        return number
    return Refusal("NOT_YOUR_TURN")


def _reached(state: State, constructor: int) -> int | Refusal:
    """Return the slot on turn if it is the constructor's, else its first skipped one."""
    if state.turn is not None and state.slot(state.turn.slot).constructor == constructor:
        return state.turn.slot
    mine = [slot.number for slot in state.slots_of(constructor)]
    skipped = [number for number in mine if number in state.skipped]
    if skipped:
        return skipped[0]
    return Refusal("PICKS_COMPLETE" if all(number in state.picks for number in mine) else "NOT_YOUR_TURN")


def _unavailable(state: State, contestant: int) -> Refusal | None:
    if contestant not in state.pool or contestant in state.withdrawn:
        return Refusal("CONTESTANT_NOT_IN_POOL")
    if any(each.contestant == contestant for each in state.picks.values()):
        return Refusal("CONTESTANT_TAKEN")
    return None
