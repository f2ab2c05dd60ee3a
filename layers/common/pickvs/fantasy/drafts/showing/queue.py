"""Shows the queue of a constructor to its owner alone."""

from pickvs.core.database import Connection, transaction
from pickvs.fantasy.drafts.queues import queries
from pickvs.fantasy.drafts.schemas import DraftQueue
from pickvs.fantasy.leagues.access import own_constructor


def show_queue(user_id: int, constructor_id: int) -> DraftQueue:
    """Return the queue of the user's constructor. Nobody else sees it, not even a commissioner.

    Raises NotFound (CONSTRUCTOR_NOT_FOUND), and Forbidden (CONSTRUCTOR_OWNER_REQUIRED).
    """
    with transaction(snapshot=True) as connection:
        own_constructor(connection, user_id, constructor_id)
        return queue_of(connection, constructor_id)


def queue_of(connection: Connection, constructor_id: int) -> DraftQueue:
    """Return the queue of a constructor."""
    row = queries.queue_of(connection, constructor_id)
    return DraftQueue(contestants=row.wanted, mode=row.mode, auto=row.auto, misses=row.misses, taken=row.taken)
