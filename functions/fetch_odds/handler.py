"""Imports games and bookmakers' odds from The Odds API, and derives pickable quotes. Scheduled."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.ingestion.fetch_odds import capture_closing_odds, fetch_odds
from pickvs.jobs.runs import trigger_id


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Fetch the odds of every configured sport, and return a report for each sport."""
    return capture_closing_odds() if event == EVENT else fetch_odds(trigger_id(event))
