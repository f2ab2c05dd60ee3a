"""Scheduled: The Odds API -> games, bookmakers' odds and pickable quotes."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.ingestion.runs import trigger_id
from pickvs.ingestion.service import fetch_odds


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Fetch the odds of every configured sport and return what was done, sport by sport."""
    return fetch_odds(trigger_id(event))
