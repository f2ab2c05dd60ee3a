"""Rotates the password of the database user without downtime. Called by Secrets Manager."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.operations.database_password.service import take_step


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Run one rotation step, and return the step and the version.

    The event is `{"Step": …, "SecretId": …, "ClientRequestToken": …}`. Any other event fails with the reason. Secrets
    Manager retries a step that fails.
    """
    return take_step(event)
