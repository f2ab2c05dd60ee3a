"""Asks the sources of statistics who is hurt, for the sports that play today. Scheduled."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.predictions.statistics.injuries.service import ingest_injuries


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Record what is news of players' health, and return the report of each run. A repeated delivery does no harm."""
    return {"runs": ingest_injuries()}
