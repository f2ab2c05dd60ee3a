"""Reads the month's credits for other rooms, in the caller's transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.markets.credits import queries
from pickvs.markets.credits.choice.rules import Budget, Verdict, budget, plan
from pickvs.markets.credits.config import plan as stage_plan
from pickvs.markets.credits.demand.rules import Bid
from pickvs.markets.credits.queries import GivenUpRow, NeedGivenUp, SpentRow
from pickvs.markets.credits.service import left, month_start, situation


@dataclass(frozen=True, slots=True)
class Month:
    """The month's credits. tonight: the captures to come, each with what will become of it."""

    start: datetime
    monthly_credits: int
    left_is_reported: bool
    budget: Budget
    tonight: list[tuple[Bid, Verdict]]
    spent: list[SpentRow]
    given_up: list[GivenUpRow]
    latest_given_up: list[NeedGivenUp]


def month(connection: Connection, at: datetime, *, picked: Collection[int], most_listed: int) -> Month:
    """Return the credits of the month of `at`. picked: as in `service.decide`. most_listed: needs given up to list."""
    found = situation(connection, at, picked)
    start, end = month_start(at), found.month_end
    return Month(
        start=start,
        monthly_credits=stage_plan().monthly_credits,
        left_is_reported=left(connection, at).reported,
        budget=budget(found),
        tonight=plan(found),
        spent=queries.spent(connection, start, end),
        given_up=queries.given_up(connection, start, end),
        latest_given_up=queries.latest_given_up(connection, start, end, most_listed),
    )
