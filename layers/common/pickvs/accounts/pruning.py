"""What accounts leave behind. Light on imports: whoever tidies up hashes no password and signs no token."""

from datetime import datetime

from pickvs.accounts import queries
from pickvs.accounts.rules import ENDED_TOKENS_KEPT
from pickvs.core.database import Connection


def delete_ended_tokens(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` refresh tokens that ended rules.ENDED_TOKENS_KEPT before `at` or earlier; return how many."""
    return queries.delete_ended_tokens(connection, at - ENDED_TOKENS_KEPT, most)
