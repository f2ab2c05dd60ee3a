"""Rotates the token signing keys without logging anyone out. Called by Secrets Manager."""

from typing import Any

from pickvs.accounts.rotation.service import take_step
from pickvs.core.invocations import invocation


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Run one rotation step, and return the step and the key id.

    The event is `{"Step": …, "SecretId": …, "ClientRequestToken": …}`. Any other event fails with the reason. Secrets
    Manager retries a step that fails.
    """
    return take_step(event)
