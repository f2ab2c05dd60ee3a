"""Responses: profiles."""

from datetime import date
from typing import Annotated

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.picks.schemas import Pick
from pickvs.standings.schemas import MyTotals, Totals


class Record(ResponseBody):
    """Numbers of settled picks by result."""

    wins: int
    losses: int
    pushes: int
    voids: int


class MarketSplit(ResponseBody):
    """Totals by market. The parts add up to the overall totals."""

    moneyline: Totals
    spread: Totals
    total: Totals


class RoleSplit(ResponseBody):
    """Totals by the market's view of the side when it was picked. The parts add up to the overall totals."""

    favourite: Annotated[Totals, doc("Moneyline sides above a no-vig probability of 0.5, spreads that give points.")]
    underdog: Annotated[Totals, doc("Moneyline sides below a no-vig probability of 0.5, spreads that get points.")]
    neither: Annotated[Totals, doc("Totals, a line of 0, and a probability of exactly 0.5.")]


class VenueSplit(ResponseBody):
    """Totals by the picked side. The parts add up to the overall totals."""

    home: Totals
    away: Totals
    neither: Annotated[Totals, doc("Draws, over and under.")]


class CurvePoint(ResponseBody):
    """A point of the profit curve: one day with graded picks."""

    day: Annotated[date, doc("The date where the games are played.")]
    units: Annotated[Number, doc("Units won or lost on the day's games.")]
    total_units: Annotated[Number, doc("Running total including this day. The last one equals `totals`.")]


class Profile(ResponseBody):
    """A user's public profile. It contains settled picks only, no pending ones."""

    username: str
    created_at: Annotated[Moment, doc("When the account was created.")]
    totals: MyTotals
    record: Record
    by_market: MarketSplit
    by_role: RoleSplit
    by_venue: VenueSplit
    profit_curve: Annotated[list[CurvePoint], doc("One point per day with a graded pick, by date.")]
    latest_picks: Annotated[list[Pick], doc("The latest settled picks, latest games first.")]
