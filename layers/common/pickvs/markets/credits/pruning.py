"""Deletion of old decisions on credits. Light on imports."""

from datetime import datetime, timedelta

from pickvs.core.database import Connection
from pickvs.markets.credits import queries

KEPT = timedelta(days=400)
"""How long decisions are kept: a month can be compared with that of the year before."""


def delete_old(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` decisions that are older than KEPT at `at`. Returns their number."""
    return queries.delete_old(connection, at - KEPT, most)
