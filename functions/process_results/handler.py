"""Scheduled: scores -> final results -> graded picks -> standings."""

from typing import Any

from pickvs.ingestion.results import process_results
from pickvs.ingestion.runs import trigger_id
from pickvs.standings import service as standings


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Process the latest scores of every configured sport and return what was done, sport by sport.

    `{"rebuild_standings": true}`, sent by hand, sums the standings from the whole ledger anew instead.
    """
    if event.get("rebuild_standings") is True:
        return {"users_rebuilt": standings.rebuild()}
    return process_results(trigger_id(event))
