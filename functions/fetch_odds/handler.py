"""Imports games and bookmakers' odds from The Odds API, and derives pickable quotes. Scheduled."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.ingestion.fetch_odds import fetch_odds
from pickvs.jobs.runs import trigger_id


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Fetch the odds of every configured sport, and return a report for each sport."""
    return fetch_odds(trigger_id(event))
