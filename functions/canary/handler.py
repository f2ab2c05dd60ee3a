"""Scheduled: the way of a user through the API, from registering to the leaderboard, to see whether it is open."""

from typing import Any

from pickvs.canary.service import walk
from pickvs.core.invocations import invocation


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Walk, and return how far it went. A way that is barred is an answer too, and no failure of this function."""
    return walk()
