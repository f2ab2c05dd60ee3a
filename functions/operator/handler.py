"""Operator commands: grants roles, rebuilds the standings, records past games. Invoked by hand; no route leads here.

The permission to invoke the function is the only access control.
"""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.operations.administration.operator_commands.service import carry_out


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Run the command of `{"command": …}`, and return its result.

    `{"command": "grant_role", "username": "ada", "role": "admin", "reason": "…"}` makes a user an administrator; the
    role `user` reverts that. `{"command": "rebuild_standings"}` recomputes the standings from the ledger.
    `{"command": "record_past_games", …}` records games that were over before the platform; `python -m tools.past_games`
    makes such events of a table. Any other event fails with a message that lists the commands.
    """
    return carry_out(event)
