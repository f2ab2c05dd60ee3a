"""Reads games that lack a score for other rooms, in the caller's transaction."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.markets.scores import queries
from pickvs.markets.scores.queries import OverdueGame
from pickvs.markets.scores.rules import OVERDUE_AFTER


def overdue_games(connection: Connection, at: datetime, limit: int) -> list[OverdueGame]:
    """Return up to `limit` games that are not settled although they tipped off OVERDUE_AFTER before `at` or earlier.

    Without games in review, which wait for a person already. Earliest first.
    """
    return queries.overdue_games(connection, tipped_off_by=at - OVERDUE_AFTER, limit=limit)
