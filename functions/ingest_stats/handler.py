"""Brings box scores in from the sources of statistics, and checks them. Scheduled, and woken by an alarm."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.predictions.statistics.ingest.service import ingest_due, ingest_stats


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Ask about the days that lack box scores, or about those that are due. A repeated delivery does no harm."""
    return ingest_due() if event == EVENT else ingest_stats()
