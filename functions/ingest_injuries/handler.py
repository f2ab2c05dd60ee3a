"""Asks the sources of statistics who is hurt. Scheduled, and woken by alarms in the two hours before games."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.predictions.statistics.injuries.service import ingest_due, ingest_injuries


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Record what is news of players' health, and return the report of each run. A repeated delivery does no harm."""
    return {"runs": ingest_due() if event == EVENT else ingest_injuries()}
