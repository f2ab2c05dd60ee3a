"""Deletes rows that nobody needs any more. Scheduled, and woken by an alarm while rows are left."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.operations.housekeeping.service import keep_house


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Delete expired rows, and return the number of deleted rows by table. A repeated delivery does no harm."""
    return {"deleted": keep_house(all_tables=event != EVENT)}
