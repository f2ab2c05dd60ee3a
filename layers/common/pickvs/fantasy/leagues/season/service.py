"""Puts constructors on the board of their league's season."""

from pickvs.core.database import Connection
from pickvs.fantasy.leagues.season import queries


def put_on_board(connection: Connection, league_id: int) -> None:
    """Put the constructors that are not on the board of a started league there: with no points, and a rank.

    In the caller's transaction, which has locked the league's row. Does nothing for a league that forms.
    """
    joined = queries.enrol(connection, [league_id])
    if joined:
        queries.rank(connection, joined)
        queries.bump(connection, joined)
