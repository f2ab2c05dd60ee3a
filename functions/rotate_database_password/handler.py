"""Called by Secrets Manager: gives the database's user a new password, while everybody goes on using the database."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.custody.service import take_step


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Take one step of a rotation, `{"Step": …, "SecretId": …, "ClientRequestToken": …}`, and return which it was.

    A step that fails is tried again by Secrets Manager; any other event fails, and says why.
    """
    return take_step(event)
