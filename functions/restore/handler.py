"""Run by hand: an export -> an empty database. Who may invoke it may do that; no HTTP request reaches it."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.recovery.service import restore_ordered


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Load the export that `{"export": "2026-11-20T23-15-00Z"}` names, and return what was loaded.

    It fails, and says why, for an export that is not whole and a database that is not empty or of another schema.
    """
    return restore_ordered(event)
