"""What scoring stores of a user, for the erasure of an account. A table does not say who has brought it."""

from pickvs.accounts.limits import service as limits
from pickvs.core.database import Connection

ADDING = "add-scoring-table"
"""Name under which a user's attempts to add a scoring table are counted."""


def erase(connection: Connection, user_id: int) -> None:
    """Forget the user's attempts to add a scoring table."""
    limits.forget_attempts(connection, ADDING, user_id)
