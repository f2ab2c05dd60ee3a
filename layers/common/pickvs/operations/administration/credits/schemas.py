"""Responses: the month's credits, tonight's plan, and what was given up."""

from typing import Annotated, Any, ClassVar

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.markets.credits.rules import Kind, Outcome

_THE_CREDITS: dict[str, Any] = {
    "month": "2026-11",
    "monthly_credits": 500,
    "left": 286,
    "left_is_reported": True,
    "reserve": {"gradings": 32, "morning_odds": 45, "extra_checks": 30.5, "closing_captures": 178.5},
    "thrift": True,
    "check_minutes": None,
    "forecast": {"cost": 301.5, "left_on_the_first": -15.5, "gives_up": True},
    "spent": [{"kind": "closing", "sport": "basketball_nba", "calls": 41, "credits": 123}],
    "tonight": [
        {
            "sport": "basketball_nba",
            "due_at": "2026-11-15T00:02:00Z",
            "games": [4711, 4712],
            "games_with_picks": 2,
            "cost": 3,
            "outcome": "bought",
            "reason": None,
        }
    ],
    "given_up": [
        {"kind": "closing", "sport": "basketball_nba", "needs": 2, "games": 2, "games_with_picks": 2},
    ],
    "latest_given_up": [
        {
            "at": "2026-11-12T03:22:01Z",
            "kind": "closing",
            "sport": "basketball_nba",
            "games": [4689],
            "games_with_picks": 1,
            "cost": 3,
            "reason": "of the 297 credits left, 38 are kept for gradings and 57 for the morning odds, 36 for an extra "
            "check a night; captures of more games with picks for a credit need 168",
        }
    ],
    "order": ["closing captures of games without picks", "the morning odds"],
}


class CreditReserve(ResponseBody):
    """What the credits left are set aside for, in this order."""

    gradings: Annotated[int, doc("One for each day left and sport in season.")]
    morning_odds: Annotated[int, doc("The daily odds of the days left.")]
    extra_checks: Annotated[float, doc("One more check of scores for each night with picks, as expected.")]
    closing_captures: Annotated[float, doc("The rest. Below 0, none is bought but one that replaces a morning's odds.")]


class CreditForecast(ResponseBody):
    """The rest of the month, if nothing is given up."""

    cost: Annotated[float, doc("Expected credits, with thrift if there is.")]
    left_on_the_first: Annotated[float, doc("What will be left. Below 0, that many credits are missing.")]
    gives_up: Annotated[bool, doc("Whether something will be given up.")]


class CreditsSpent(ResponseBody):
    """Calls of a kind that were bought for a sport this month, at list price."""

    kind: Kind
    sport: str
    calls: int
    credits: int


class PlannedCapture(ResponseBody):
    """A closing capture of tonight, and what will become of it if nothing changes until then."""

    sport: str
    due_at: Moment
    games: Annotated[list[int], doc("Ids of the games that it serves.")]
    games_with_picks: int
    cost: int
    outcome: Outcome
    reason: str | None


class CreditNeeds(ResponseBody):
    """Needs of a kind and sport that were given up this month."""

    kind: Kind
    sport: str
    needs: int
    games: Annotated[int, doc("Games that the calls were for.")]
    games_with_picks: int


class CreditNeed(ResponseBody):
    """A need that was given up."""

    at: Moment
    kind: Kind
    sport: str
    games: Annotated[list[int], doc("Ids of the games that the call was for.")]
    games_with_picks: int
    cost: int
    reason: str


class CreditsReport(ResponseBody):
    """The provider's credits of the month: what is left, what it is for, and what was given up."""

    EXAMPLES: ClassVar = (_THE_CREDITS,)

    month: Annotated[str, doc("Year and month in UTC: credits begin anew on the 1st.")]
    monthly_credits: int
    left: Annotated[int, doc("May be negative. Calls under way are deducted.")]
    left_is_reported: Annotated[bool, doc("Whether the provider reported it this month; otherwise it is assumed.")]
    reserve: CreditReserve
    thrift: Annotated[bool, doc("Whether the best service would cost more than is left.")]
    check_minutes: Annotated[int | None, doc("Minutes between two checks of scores. null: one check a night.")]
    forecast: CreditForecast
    spent: list[CreditsSpent]
    tonight: Annotated[list[PlannedCapture], doc("Captures of the next night for games with picks, by time.")]
    given_up: list[CreditNeeds]
    latest_given_up: Annotated[list[CreditNeed], doc("The latest 50 of this month, newest first.")]
    order: Annotated[list[str], doc("What is given up first, second, and so on. Grading is never given up.")]
