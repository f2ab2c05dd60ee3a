"""Shows what is left of the provider's credits, and what the planner does with it."""

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.markets.credits import reading
from pickvs.markets.credits.choice.rules import ORDER
from pickvs.markets.credits.rules import AHEAD, PAST
from pickvs.operations.administration.access import check_admin
from pickvs.operations.administration.credits.schemas import (
    CreditForecast,
    CreditNeed,
    CreditNeeds,
    CreditReserve,
    CreditsReport,
    CreditsSpent,
    PlannedCapture,
)
from pickvs.picks.demand import picked_games

MOST_LISTED = 50
"""Needs given up that are listed one by one."""


def show_credits(actor_id: int) -> CreditsReport:
    """Return the month's credits to an administrator. Raises the errors of `check_admin`."""
    at = clock.now()
    with transaction(snapshot=True) as connection:
        check_admin(connection, actor_id)
        month = reading.month(
            connection, at, picked=picked_games(connection, at - PAST, at + AHEAD), most_listed=MOST_LISTED
        )
    budget = month.budget
    return CreditsReport(
        month=f"{month.start:%Y-%m}",
        monthly_credits=month.monthly_credits,
        left=budget.left,
        left_is_reported=month.left_is_reported,
        reserve=CreditReserve(
            gradings=budget.wanted.gradings,
            morning_odds=budget.wanted.mornings,
            extra_checks=round(budget.wanted.extra_checks[None], 1),
            closing_captures=round(budget.for_captures, 1),
        ),
        thrift=budget.thrift,
        check_minutes=budget.spacing,
        forecast=CreditForecast(
            cost=round(budget.cost, 1), left_on_the_first=round(budget.forecast, 1), gives_up=budget.forecast < 0
        ),
        spent=[CreditsSpent.of(row) for row in month.spent],
        tonight=[
            PlannedCapture(
                sport=bid.sport,
                due_at=bid.due_at,
                games=list(bid.games),
                games_with_picks=bid.picked,
                cost=bid.cost,
                outcome=verdict.outcome,
                reason=verdict.reason,
            )
            for bid, verdict in month.tonight
        ],
        given_up=[CreditNeeds.of(row) for row in month.given_up],
        latest_given_up=[CreditNeed.of(row) for row in month.latest_given_up],
        order=list(ORDER),
    )
