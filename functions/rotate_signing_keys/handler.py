"""Called by Secrets Manager: makes a new token signing key, and puts it in force without logging anybody out."""

from typing import Any

from pickvs.accounts.rotation.service import take_step
from pickvs.core.invocations import invocation


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Take one step of a rotation, `{"Step": …, "SecretId": …, "ClientRequestToken": …}`, and return which it was.

    A step that fails is tried again by Secrets Manager; any other event fails, and says why.
    """
    return take_step(event)
