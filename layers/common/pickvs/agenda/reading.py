"""Reads the agenda for other rooms, in the caller's transaction."""

from datetime import datetime

from pickvs.agenda import queries
from pickvs.agenda.queries import Undone
from pickvs.agenda.rules import OVERDUE_AFTER
from pickvs.core.database import Connection


def undone_work(connection: Connection, at: datetime, limit: int) -> list[Undone]:
    """Return up to `limit` works that are overdue by rules.OVERDUE_AFTER at `at`, or given up. Longest due first."""
    return queries.undone(connection, at - OVERDUE_AFTER, limit)
