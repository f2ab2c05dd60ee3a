"""Which picks a board counts and who may stand on it (rules.md, "Standings")."""

from datetime import UTC, datetime, timedelta
from typing import Literal

type Period = Literal["all", "season", "month", "week", "day"]
type Sort = Literal["units", "roi", "clv"]

MINIMUM_PICKS: dict[Sort, int] = {"units": 1, "roi": 20, "clv": 20}
"""Graded picks needed to stand on a board; ratios mean nothing after a few lucky ones."""


def period_start(period: Period, season_start: tuple[int, int], at: datetime) -> datetime | None:
    """Return when the period around `at` began, in UTC: the UTC day, ISO week, month, or season; None for all time.

    season_start: month and day on which the sport's season turns.
    """
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "all":
            return None
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "season":
            turn = day.replace(month=season_start[0], day=season_start[1])
            return turn if turn <= day else turn.replace(year=turn.year - 1)
