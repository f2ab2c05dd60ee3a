"""Does what is due in drafts and leagues: opens, ends turns, locks. Woken by alarms, and daily as a safety net."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.fantasy.drafts.ticks import tick_drafts


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Do what is due; on schedule, look after every league besides. A repeated delivery adds nothing."""
    return tick_drafts(all_leagues=event != EVENT)
