"""What a profile shows."""

from datetime import date
from typing import Annotated

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.picks.schemas import Pick
from pickvs.standings.schemas import MyTotals, Totals


class Record(ResponseBody):
    """How the settled picks came out."""

    wins: int
    losses: int
    pushes: int
    voids: int


class MarketSplit(ResponseBody):
    """The totals by market; together they are the totals of all."""

    moneyline: Totals
    spread: Totals
    total: Totals


class RoleSplit(ResponseBody):
    """The totals by what the market thought of the side when it was picked; together they are the totals of all."""

    favourite: Annotated[Totals, doc("Moneylines above a no-vig probability of 0.5, spreads that give points.")]
    underdog: Annotated[Totals, doc("Moneylines below a no-vig probability of 0.5, spreads that get points.")]
    neither: Annotated[Totals, doc("Totals, a line of 0, and a probability of exactly 0.5.")]


class VenueSplit(ResponseBody):
    """The totals by the side that was picked; together they are the totals of all."""

    home: Totals
    away: Totals
    neither: Annotated[Totals, doc("Draws, over and under.")]


class CurvePoint(ResponseBody):
    """Where a day on which a game was played has left the user."""

    day: Annotated[date, doc("In UTC.")]
    units: Annotated[Number, doc("Won or lost on the games of the day.")]
    total_units: Annotated[Number, doc("All units up to and with the day; on the last day, those of `totals`.")]


class Profile(ResponseBody):
    """A user as everybody may see one: settled picks alone, nothing of what is pending."""

    username: str
    created_at: Annotated[Moment, doc("When the account was opened.")]
    totals: MyTotals
    record: Record
    by_market: MarketSplit
    by_role: RoleSplit
    by_venue: VenueSplit
    profit_curve: Annotated[list[CurvePoint], doc("In order of time, a point for each day with a graded pick.")]
    latest_picks: Annotated[list[Pick], doc("The latest settled picks, those on the latest games first.")]
