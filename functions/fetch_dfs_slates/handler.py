"""Asks a site for its slates of daily fantasy. Scheduled daily, and woken by an alarm. Off in every deployed stage."""

from typing import Any

from pickvs.core.alarm_clock import EVENT
from pickvs.core.invocations import invocation
from pickvs.dfs.slates.fetching import fetch_due, fetch_slates


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Ask for all slates, or for those that are due. A repeated delivery does no harm."""
    return fetch_due() if event == EVENT else fetch_slates()
