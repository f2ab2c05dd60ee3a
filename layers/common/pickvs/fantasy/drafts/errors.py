"""Errors of the draft endpoints: what a refusal of the engine says to who asked."""

from collections.abc import Mapping
from types import MappingProxyType

from pickvs.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, RequestError
from pickvs.fantasy.drafts.commands import Code, Refusal

_DETAILS: Mapping[Code, str] = MappingProxyType(
    {
        "DRAFT_NOT_OPEN": "The draft is not open yet. Its window begins at opens_at.",
        "DRAFT_PAUSED": "The draft is paused. A commissioner can resume it.",
        "DRAFT_NOT_PAUSED": "The draft is not paused.",
        "DRAFT_LOCKED": "The draft is locked; nobody picks any more.",
        "DRAFT_VOID": "The draft is not held.",
        "NOT_IN_DRAFT": "This constructor is not in the draft. It is in the next one.",
        "NOT_YOUR_TURN": "It is another constructor's turn.",
        "NOT_THIS_SLOT": "The slot is not this constructor's, or it is filled already. Read the draft anew.",
        "TURN_EXPIRED": "The turn's clock has run out; see slot and contestant_id for what was picked.",
        "PICKS_COMPLETE": "All slots of this constructor are filled.",
        "CONTESTANT_TAKEN": "This contestant is taken. Pick another one.",
        "NO_SWAPS_LEFT": "No free swap is left for this event.",
        "ORDER_FIXED": "The order is fixed by the first pick.",
        "NOTHING_TO_UNDO": "Nothing was picked in this slot.",
    }
)
_FIELDS: Mapping[Code, tuple[str, str]] = MappingProxyType(
    {
        "CONTESTANT_NOT_IN_POOL": ("contestant_id", "must be entered in the event"),
        "NOT_A_PERMUTATION": ("constructors", "must name each constructor of the draft once"),
        "CLOCK_OUT_OF_RANGE": ("seconds", "must be 60 to 86400, or null"),
        "REASON_MISSING": ("reason", "must say why"),
    }
)


def unknown_draft() -> NotFound:
    """Return the error for a draft that does not exist or whose league the caller may not see."""
    return NotFound("DRAFT_NOT_FOUND", "There is no such draft, or its league is private.")


def unknown_pick() -> NotFound:
    """Return the error for a pick that the constructor has not made, or that was undone or exchanged."""
    return NotFound("PICK_NOT_FOUND", "This constructor has no such pick that stands.")


def unknown_contestants(place: int) -> Invalid:
    """Return the error for a queue with somebody who does not exist. place: in the queue, from 0."""
    problem = FieldError(f"contestants[{place}]", "must be a contestant of the league's sport")
    return Invalid("CONTESTANT_UNKNOWN", "The queue names somebody who does not exist; see errors.", (problem,))


def reason_needed() -> Forbidden:
    """Return the error for a commissioner who acts for somebody without saying why."""
    return Forbidden("REASON_REQUIRED", "This is not your constructor. A commissioner who picks for it gives a reason.")


def error_of(refusal: Refusal) -> RequestError:
    """Return the error for a refused command. Its code is that of the engine."""
    extra = {"slot": refusal.slot, "contestant_id": refusal.contestant}
    said = {name: value for name, value in extra.items() if value is not None}
    if refusal.code in _FIELDS:
        problem = FieldError(*_FIELDS[refusal.code])
        return Invalid(refusal.code, "Some values are not allowed; see errors.", (problem,), said)
    return Conflict(refusal.code, _DETAILS[refusal.code], extra=said)
