"""Deletion of old notices. Light on imports."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.notices import queries
from pickvs.notices.rules import ENDED_DELIVERIES_KEPT, NOTICES_KEPT


def delete_old(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` notices that are older than rules.NOTICES_KEPT at `at`, with their deliveries.

    Also deletes up to `most` deliveries that ended before rules.ENDED_DELIVERIES_KEPT. Returns the greater of the two
    numbers, so that a caller goes on until both are done.
    """
    notices = queries.delete_notices(connection, at - NOTICES_KEPT, most)
    return max(notices, queries.delete_deliveries(connection, at - ENDED_DELIVERIES_KEPT, most))
