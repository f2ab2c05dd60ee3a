"""Run by hand: gives roles, and rebuilds the standings. Who may invoke it may do that; no HTTP request reaches it."""

from typing import Any

from pickvs.administration.operations.service import carry_out
from pickvs.core.invocations import invocation


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Carry out `{"command": …}` and return what was done.

    `{"command": "grant_role", "username": "ada", "role": "admin", "reason": "…"}` makes a user an administrator, or
    with the role `user` an ordinary one again; `{"command": "rebuild_standings"}` sums the standings from the whole
    ledger anew. Any other event fails, and says what to send.
    """
    return carry_out(event)
