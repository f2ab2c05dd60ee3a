"""Simulates contests that users have asked for. Woken by the request and by alarms, and daily as a safety net."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.dfs.contests.runs.working import end_lost_runs, simulate_due

_RESERVE_SECONDS = 60
"""Time before the timeout in which no run is begun. The longest takes less."""


@invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Simulate what is due; on schedule, end runs that were given up besides. A repeat simulates nothing twice."""
    # Late: numpy takes half a second, of the ten that Lambda gives a function for everything at the top.
    from pickvs.dfs.contests.runs import engine

    lost = end_lost_runs() if event != EVENT else 0
    seconds = context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS
    return simulate_due(engine.simulate, seconds=seconds) | {"lost": lost}
