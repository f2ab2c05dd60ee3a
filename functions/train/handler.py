"""Trains models and searches for better parameters. Scheduled, and woken while runs wait."""

from typing import Any

from pickvs.core import clock
from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation

_RESERVE_SECONDS = 60
"""Time before the timeout at which a search goes on in another run of the function."""


@invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Queue the week's trainings if the schedule asks, do one run, and return what became of it.

    A repeated delivery queues nothing that waits or runs already, and finds the next run.
    """
    # Late: numpy, scipy and LightGBM take a second, and Lambda gives a function ten for everything at the top.
    from pickvs.predictions.training.running.service import do_next, queue_weekly

    queued = 0 if event == EVENT else queue_weekly(clock.now())
    seconds = context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS
    return {"queued": queued, **do_next(seconds=seconds)}
