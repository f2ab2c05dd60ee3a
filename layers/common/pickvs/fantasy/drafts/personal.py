"""What drafts store of a user, for the erasure of an account. Light on imports."""

from pickvs.core.database import Connection
from pickvs.fantasy.drafts.queues import queries


def erase(connection: Connection, user_id: int) -> None:
    """Delete the queues of the user's constructors. Picks stay: the board of a league would prove nothing without them.

    The caller must have locked the account against everybody.
    """
    queries.delete_queues(connection, user_id)
