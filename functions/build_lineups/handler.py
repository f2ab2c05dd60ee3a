"""Builds lineups that users have asked for. Woken by the request and by alarms, and daily as a safety net."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.dfs.builds.working import build_due, end_lost_builds

_RESERVE_SECONDS = 150
"""Time before the timeout in which no build is begun. The longest takes less."""


@invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Build what is due; on schedule, end builds that were given up besides. A repeat builds nothing twice."""
    # Late: numpy and HiGHS take a second, of the ten that Lambda gives a function for everything at the top.
    from pickvs.dfs.builds import engine

    lost = end_lost_builds() if event != EVENT else 0
    seconds = context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS
    return build_due(engine.lineups, engine.check, seconds=seconds) | {"lost": lost}
