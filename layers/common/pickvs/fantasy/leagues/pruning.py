"""Deletes invitations that ended long ago."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.leagues.invitations import queries
from pickvs.fantasy.leagues.invitations.rules import DEAD_KEPT


def delete_dead_invitations(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` invitations that expired DEAD_KEPT ago. Return the number deleted."""
    return queries.delete_dead(connection, at - DEAD_KEPT, most)
