"""Deletion of ended sessions and tokens. Light on imports: needs neither password hashing nor token signing."""

from datetime import datetime

from pickvs.accounts.one_time_tokens import queries as one_time_tokens
from pickvs.accounts.rules import ENDED_TOKENS_KEPT
from pickvs.accounts.sessions import queries as sessions
from pickvs.core.database import Connection


def delete_ended_tokens(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` refresh tokens that ended rules.ENDED_TOKENS_KEPT or longer before `at`.

    Returns the number deleted.
    """
    return sessions.delete_ended_tokens(connection, at - ENDED_TOKENS_KEPT, most)


def delete_expired_tokens(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` one-time tokens that have expired at `at`. Returns the number deleted."""
    return one_time_tokens.delete_expired(connection, at, most)
