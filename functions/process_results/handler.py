"""Scheduled: scores -> final results -> graded picks -> standings."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.ingestion.results import process_results
from pickvs.ingestion.runs import trigger_id


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Process the latest scores of every configured sport and return what was done, sport by sport."""
    return process_results(trigger_id(event))
