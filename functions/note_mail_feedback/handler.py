"""Stops sending mail to addresses that have bounced or complained. Invoked with events of SES."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.notices.preferences.feedback import note


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Note what SES reports, and return the number of newly suppressed addresses."""
    return {"suppressed": note(event)}
