"""Reads settled picks for other rooms, in the caller's transaction."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.picks.ledger import queries
from pickvs.picks.ledger.queries import LedgerFilter
from pickvs.picks.reading import shown
from pickvs.picks.schemas import Pick


def latest_picks(connection: Connection, username: str, *, locked_until: datetime, limit: int) -> list[Pick]:
    """Return up to `limit` settled picks of a user, latest games first.

    locked_until: games that tip off later are left out even if they have ledger entries, unless their status says that
    they have been played.
    """
    chosen = LedgerFilter(username=username)
    rows = queries.settled_picks(connection, chosen, locked_until=locked_until, after=None, limit=limit)
    return [shown(row) for row in rows]
