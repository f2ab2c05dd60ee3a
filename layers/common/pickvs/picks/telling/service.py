"""Tells users that their picks were settled, or that their games have moved. One statement for any number of users."""

from collections.abc import Iterable
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.markets.values import Move
from pickvs.notices import service as notices
from pickvs.picks.settlement.service import Settlement
from pickvs.picks.telling import queries
from pickvs.picks.telling.rules import LEAST_MOVE


def tell_of_settlement(connection: Connection, settlement: Settlement, at: datetime) -> int:
    """Tell the owner of each pick that a settlement has graded, and return the number of notices.

    A pick that is graded again is told only if its result or its units have changed.
    """
    if not settlement.graded:
        return 0
    return notices.tell_all(connection, queries.settled_picks(settlement.games, settlement.corrected), at=at)


def tell_of_moves(connection: Connection, moves: Iterable[Move], at: datetime) -> int:
    """Tell users with open picks on a game that starts at another time, and return the number of notices.

    moves: of games that are stored with the new start already. A game that is less than rules.LEAST_MOVE from the start
    that its users know is not told; such changes add up.
    """
    seen = list(moves)
    moved = queries.note_moves(connection, seen, LEAST_MOVE) if seen else []
    return notices.tell_all(connection, queries.moved_games(moved, at), at=at) if moved else 0
