"""Asks the planner of credits whether to buy a call, with what it needs to know from the picks."""

from collections.abc import Sequence
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.markets.credits import service as planner
from pickvs.markets.credits.rules import AHEAD, PAST, Kind
from pickvs.markets.credits.service import Decision
from pickvs.picks.demand import picked_games


def ask_to_buy(connection: Connection, kind: Kind, sport: str, games: Sequence[int], at: datetime) -> Decision:
    """Decide whether to buy a call now, and record it, in the caller's transaction. See `credits.service.decide`."""
    picked = picked_games(connection, at - PAST, at + AHEAD)
    return planner.decide(connection, kind, sport, games, at, picked=picked)
