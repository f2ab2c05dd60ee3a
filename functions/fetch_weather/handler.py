"""Asks for the weather of games that are played outdoors. Woken by alarms, and once a day by a schedule."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.dfs.weather.service import fetch_weather


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Ask about the games that are due. A repeated delivery does no harm."""
    return fetch_weather()
