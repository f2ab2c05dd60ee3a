"""The turn of a draft, as responses show it."""

from pickvs.fantasy.drafts.schemas import NextTurn
from pickvs.fantasy.drafts.state import State


def turn_of(state: State) -> NextTurn | None:
    """Return the turn that runs. None if nobody is on turn."""
    if state.turn is None:
        return None
    slot = state.slot(state.turn.slot)
    return NextTurn(slot=slot.number, constructor_id=slot.constructor, expires_at=state.turn.expires_at)
