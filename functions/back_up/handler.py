"""Scheduled: the whole database -> the bucket of exports."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.recovery.service import back_up


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Export every table and return what the export is called. A second one for the same event does no harm."""
    return back_up()
