"""Whether games have picks, for other rooms, in their transaction."""

from collections.abc import Collection
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.picks import queries


def games_with_picks(connection: Connection, games: Collection[int]) -> set[int]:
    """Return those of the games on which somebody has picked. Picks on a game that one has absorbed count for it."""
    return queries.games_with_picks(connection, games) if games else set()


def games_picked_between(connection: Connection, spans: Collection[tuple[int, datetime, datetime]]) -> set[int]:
    """Return the games on which somebody has picked within the game's span: its id, since, and until (exclusive)."""
    return queries.games_picked_between(connection, spans) if spans else set()
