"""The operator's commands, as events."""

from typing import Annotated, Literal

from pydantic import Field

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN, USERNAME_WORDS
from pickvs.core.requests import RequestBody, Worded
from pickvs.operations.administration.requests import Reason


class GrantRole(RequestBody):
    """Makes a user an administrator, or an ordinary user again."""

    command: Literal["grant_role"]
    username: Annotated[
        str,
        Field(min_length=USERNAME_MIN, max_length=USERNAME_MAX, pattern=USERNAME_PATTERN),
        Worded(USERNAME_WORDS),
    ]
    role: Literal["user", "admin"]
    reason: Reason


class RebuildStandings(RequestBody):
    """Rebuilds the standings from the whole ledger."""

    command: Literal["rebuild_standings"]


Command = Annotated[GrantRole | RebuildStandings, Field(discriminator="command")]
"""Any command. The field `command` selects the type."""
