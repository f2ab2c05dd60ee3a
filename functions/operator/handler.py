"""Operator commands: grants roles and rebuilds the standings. Invoked by hand; not reachable over HTTP.

The permission to invoke the function is the only access control.
"""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.operations.administration.operator_commands.service import carry_out


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Run the command of `{"command": …}`, and return its result.

    `{"command": "grant_role", "username": "ada", "role": "admin", "reason": "…"}` makes a user an administrator; the
    role `user` reverts that. `{"command": "rebuild_standings"}` recomputes the standings from the ledger. Any other
    event fails with a message that lists the commands.
    """
    return carry_out(event)
