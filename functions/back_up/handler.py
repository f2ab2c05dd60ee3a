"""Exports the whole database to the export bucket. Scheduled."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.operations.recovery.service import back_up


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Export every table, and return the export's name and size. Repeated deliveries are harmless."""
    return back_up()
