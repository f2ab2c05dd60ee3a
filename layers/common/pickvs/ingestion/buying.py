"""Asks the planner of credits whether to buy a call, with what it needs to know from the picks, and measures it."""

from collections.abc import Sequence
from datetime import datetime

from pickvs.core.database import Connection, after_commit
from pickvs.core.metrics import emit
from pickvs.ingestion.metrics import CREDIT_NEEDS_GIVEN_UP, CREDITS_FORECAST, CREDITS_SPARE
from pickvs.markets.credits import service as planner
from pickvs.markets.credits.rules import AHEAD, PAST, Kind
from pickvs.markets.credits.service import Decision
from pickvs.picks.demand import picked_games


def ask_to_buy(connection: Connection, kind: Kind, sport: str, games: Sequence[int], at: datetime) -> Decision:
    """Decide whether to buy a call now, and record it, in the caller's transaction. See `credits.service.decide`.

    Emits the metrics of the decision after the commit, unless the need had its decision before.
    """
    decision = planner.decide(
        connection, kind, sport, games, at, picked=picked_games(connection, at - PAST, at + AHEAD)
    )
    if decision.budget is not None:
        after_commit(connection, f"measure {kind} {sport}", lambda: _measure(kind, decision))
    return decision


def _measure(kind: Kind, decision: Decision) -> None:
    if decision.budget is not None:
        emit({CREDITS_FORECAST: decision.budget.forecast, CREDITS_SPARE: decision.budget.for_checks})
        if kind != "grading":  # which is never given up
            emit({CREDIT_NEEDS_GIVEN_UP: int(decision.outcome == "given_up")}, kind=kind)
