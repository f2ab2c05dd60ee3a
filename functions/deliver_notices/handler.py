"""Delivers notices by mail and to webhooks. Woken when something was told or is due, and daily as a safety net."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.notices.delivery.service import deliver

_RESERVE_SECONDS = 40
"""Time before the timeout in which no work is taken: the longest that what was taken may last."""


@invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Deliver what is due, and return the numbers of outcomes."""
    return deliver(seconds=context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS)
