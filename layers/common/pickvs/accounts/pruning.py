"""Deletion of ended sessions. Light on imports: needs neither password hashing nor token signing."""

from datetime import datetime

from pickvs.accounts import queries
from pickvs.accounts.rules import ENDED_TOKENS_KEPT
from pickvs.core.database import Connection


def delete_ended_tokens(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` refresh tokens that ended rules.ENDED_TOKENS_KEPT or longer before `at`.

    Returns the number deleted.
    """
    return queries.delete_ended_tokens(connection, at - ENDED_TOKENS_KEPT, most)
