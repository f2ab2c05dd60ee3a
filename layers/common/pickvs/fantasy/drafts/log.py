"""Acts as rows of a table: a kind, and the rest as JSON."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from pickvs.fantasy.drafts import acts
from pickvs.fantasy.drafts.acts import Act
from pickvs.fantasy.drafts.evolving import BrokenLog

KINDS: Mapping[str, type] = MappingProxyType(
    {
        "planned": acts.Planned,
        "opened": acts.Opened,
        "picked": acts.Picked,
        "skipped": acts.Skipped,
        "reminded": acts.Reminded,
        "auto_changed": acts.AutoChanged,
        "swapped": acts.Swapped,
        "paused": acts.Paused,
        "resumed": acts.Resumed,
        "undone": acts.Undone,
        "clock_changed": acts.ClockChanged,
        "reordered": acts.Reordered,
        "rescheduled": acts.Rescheduled,
        "pool_changed": acts.PoolChanged,
        "retired": acts.Retired,
        "locked": acts.Locked,
        "voided": acts.Voided,
        "reinstated": acts.Reinstated,
    }
)
"""The acts by the name under which they are stored. A name once stored keeps its meaning."""

_NAMES = {act: kind for kind, act in KINDS.items()}


def written(act: Act) -> tuple[str, dict[str, Any]]:
    """Return kind and payload of an act, as they are stored."""
    return _NAMES[type(act)], msgspec.to_builtins(act)


def read(kind: str, payload: Mapping[str, Any]) -> Act:
    """Return an act as it was stored. Raises BrokenLog."""
    try:
        return msgspec.convert(dict(payload), KINDS[kind])
    except (KeyError, msgspec.ValidationError) as error:
        raise BrokenLog(f"an act of kind {kind} cannot be read: {error}") from None
