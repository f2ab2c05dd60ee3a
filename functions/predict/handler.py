"""Publishes the forecasts of games to come. Scheduled, and woken before each slate."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.predictions.forecasts.service import do_due, publish_all


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Publish what is new of all sports, or of those whose slate is near. A repeated delivery adds nothing."""
    return do_due() if event == EVENT else publish_all()
