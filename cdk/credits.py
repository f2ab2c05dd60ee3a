"""What the requests to The Odds API cost, in its credits.

Odds cost one credit for each market and region of a sport, scores cost two if they look back. An answer without games
is free, so a sport costs nothing out of season.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cdk.covered_sports import MARKETS

FREE_PLAN = 500
"""Credits a month of the free plan."""

_SCORES = 2
_DAYS_OF_MONTH = 365 / 12


@dataclass(frozen=True, slots=True)
class DailyCredits:
    """Credits that one sport in season costs a day."""

    sport: str
    odds: float
    scores: float

    @property
    def total(self) -> float:
        """Credits of odds and scores together."""
        return self.odds + self.scores


def daily_credits(
    sports: Iterable[str], regions: Sequence[str], *, odds_runs: float, scores_runs: float
) -> list[DailyCredits]:
    """Return what each sport costs a day.

    odds_runs, scores_runs: runs of fetch_odds and of process_results a day. Raises KeyError for an unknown sport.
    """
    return [DailyCredits(sport, MARKETS[sport] * len(regions) * odds_runs, _SCORES * scores_runs) for sport in sports]


def statement(costs: Sequence[DailyCredits]) -> str:
    """Return the costs of a day and of a month in words."""
    total = sum(each.total for each in costs)
    each_sport = ", ".join(f"{each.sport} {each.odds:g} for odds and {each.scores:g} for scores" for each in costs)
    month = total * _DAYS_OF_MONTH
    plan = (
        f"more than the {FREE_PLAN} of the free plan"
        if month > FREE_PLAN
        else f"within the {FREE_PLAN} of the free plan"
    )
    return f"The Odds API costs {total:g} credits a day in season ({each_sport}), {month:,.0f} a month: {plan}"
