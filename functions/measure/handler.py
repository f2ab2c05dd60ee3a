"""Emits metrics from the database: data freshness, unsettled games and usage. Scheduled."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.operations.monitoring.service import measure


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, float | None]:
    """Emit the metrics, and return their values. An unavailable database is a measurement too, not a failure."""
    return measure()
