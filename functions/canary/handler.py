"""Synthetic canary. Exercises the API like a user, from registration to the leaderboard. Scheduled."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.operations.canary.service import walk


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Run the canary, and return how far it got. A failed step is a result, not a failure of this function."""
    return walk()
