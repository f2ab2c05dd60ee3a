"""Collects schedules, entries and results of Formula 1, and compares two sources. Scheduled, and woken by an alarm."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.fantasy.collecting.service import collect_due, collect_season


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Ask about the sessions that are due, or compare the whole season. A repeated delivery does no harm."""
    return collect_due() if event == EVENT else collect_season()
