"""Which games users have picked. Light on imports."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.picks import queries


def picked_games(connection: Connection, since: datetime, until: datetime) -> frozenset[int]:
    """Return the ids of the games with picks that tip off from `since` until before `until`, of all sports."""
    return queries.picked_games(connection, since, until)
