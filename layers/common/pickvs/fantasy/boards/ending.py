"""Finishes the leagues of a season that is over: their boards are final, and the champions are known."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.boards import queries
from pickvs.fantasy.leagues.ending import finish


def finish_leagues(connection: Connection, sport: str, season: int, at: datetime) -> int:
    """Finish the running leagues of a season, and tell their members who has won. Returns their number.

    Whom nothing separates on the board are champions together. A league that held no draft has none.
    """
    finished = 0
    for league in queries.leagues_to_finish(connection, sport, season):
        outcome = {"champions": league.champions, "points": float(league.points)} if league.champions else {}
        finished += finish(connection, league.id, at, outcome)
    return finished
