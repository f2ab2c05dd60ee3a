"""Imports scores, records final results, grades picks and updates the standings. Scheduled."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.ingestion.process_results import check_results, process_results
from pickvs.jobs.runs import trigger_id


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Process the latest scores of every configured sport, and return a report for each sport."""
    return check_results() if event == EVENT else process_results(trigger_id(event))
