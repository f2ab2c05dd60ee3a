"""Deletion of old notices. Light on imports."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.notices import queries
from pickvs.notices.preferences.queries import delete_unused_suppressions
from pickvs.notices.rules import ENDED_DELIVERIES_KEPT, ERASURES_FOLLOWED, NOTICES_KEPT, UNUSED_SUPPRESSIONS_KEPT


def delete_old(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` notices that are older than rules.NOTICES_KEPT at `at`, with their deliveries.

    Also deletes up to `most` deliveries that ended before rules.ENDED_DELIVERIES_KEPT, up to `most` notices of accounts
    that were erased within rules.ERASURES_FOLLOWED, and up to `most` suppressions of addresses that no account uses and
    that are older than rules.UNUSED_SUPPRESSIONS_KEPT. Returns the greatest of the numbers, so that a caller goes on
    until all are done.
    """
    return max(
        queries.delete_notices(connection, at - NOTICES_KEPT, most),
        queries.delete_deliveries(connection, at - ENDED_DELIVERIES_KEPT, most),
        queries.delete_of_erased(connection, at - ERASURES_FOLLOWED, most),
        delete_unused_suppressions(connection, at - UNUSED_SUPPRESSIONS_KEPT, most),
    )
