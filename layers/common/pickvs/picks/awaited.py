"""The games whose finals picks wait for, for other rooms."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.markets.game_clock.rules import AwaitedGame
from pickvs.picks import queries


def awaited_games(connection: Connection, tipped_off_after: datetime) -> list[AwaitedGame]:
    """Return the scheduled and live games that picks wait for, if they tip off later than `tipped_off_after`."""
    return queries.awaited_games(connection, tipped_off_after)
