"""Boards: periods, eligibility and skill (rules.md, "Standings").

A pick counts on the date of its game (`games.local_date`, a date at the place of the game), whenever the game ends or
its result arrives. Weeks, months and seasons are those of that date. So each pick is on the board of one day, and the
days of a week add up to the week.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pickvs.sports.rules import Sport

type Period = Literal["all", "season", "month", "week", "day"]
type Sort = Literal["units", "roi", "clv", "skill"]

PERIODS: tuple[Period, ...] = ("day", "week", "month", "season", "all")

DAY_BEGINS = timedelta(hours=12)
"""Time of day in a league's zone at which its next date becomes the current day.

A night of games ends after midnight, and its results arrive at 09:00 UTC: 04:00 in New York, 09:00 in London. They are
on the board of the day until noon. If a day ended at midnight or early in the morning, it would be over before its
results are there. A game that ends before noon is rare: it is on its day's board from the first settlement after noon.
"""

MINIMUM_PICKS: dict[Sort, int] = {"units": 1, "roi": 20, "clv": 20, "skill": 20}
"""Graded picks needed to be ranked. Ratios mean little after a few lucky picks."""

PRIOR_SD = Decimal("0.05")
"""Standard deviation of contestants' true edges, in units per unit staked.

At -110, 5 % is the difference between 52.4 % of wins (break-even) and 55 % (a good professional). Twice that is 57.6 %,
which nobody is known to have sustained.
"""

_TWO_SIDED_95 = Decimal("1.959964")
_PRIOR_VARIANCE = PRIOR_SD**2
_WIDEST = 100 * _TWO_SIDED_95 * PRIOR_SD
"""Half-width of the interval without any stake, in percent."""
_TO_CENTS, _UP = Decimal("0.01"), ROUND_HALF_UP


@dataclass(frozen=True, slots=True)
class Days:
    """A range of dates, both included. None, None for all time."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Span:
    """A period of one or more sports. sports: in alphabetical order. days: the dates that count, of each sport.

    The dates of several sports differ in the season only: each sport counts in its own.
    """

    period: Period
    sports: tuple[str, ...]
    days: tuple[Days, ...]

    @property
    def starts_on(self) -> date | None:
        """The first date that counts. None for all time.

        It identifies the period. A season of several sports is another one as soon as one of them starts anew: the
        sport whose season is the oldest is always the next to do so.
        """
        return min((days.first for days in self.days if days.first), default=None)

    @property
    def ends_on(self) -> date | None:
        """The last date that counts. None for all time."""
        return max((days.last for days in self.days if days.last), default=None)


class Skill(NamedTuple):
    """The estimated gain of a contestant per unit staked, in percent, with its 95 % interval."""

    estimate: Decimal
    low: Decimal
    high: Decimal


def sporting_day(time_zone: ZoneInfo, at: datetime) -> date:
    """Return the current day of a league in `time_zone` at `at` (timezone-aware). It lasts until the noon after it."""
    return (at.astimezone(time_zone) - DAY_BEGINS).date()


def period_days(period: Period, season_start: tuple[int, int], day: date) -> Days:
    """Return the dates of the period around `day`: the day, ISO week, calendar month, season, or all time.

    season_start: month and day on which the sport's season starts.
    """
    match period:
        case "all":
            return Days(None, None)
        case "day":
            return Days(day, day)
        case "week":
            monday = day - timedelta(days=day.weekday())
            return Days(monday, monday + timedelta(days=6))
        case "month":
            first = day.replace(day=1)
            return Days(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        case "season":
            turn = day.replace(month=season_start[0], day=season_start[1])
            first = turn if turn <= day else turn.replace(year=turn.year - 1)
            return Days(first, first.replace(year=first.year + 1) - timedelta(days=1))


def span(period: Period, sport: str | None, sports: Mapping[str, Sport], at: datetime) -> Span:
    """Return the period around `at` of one of `sports`, or of all of them if `sport` is None.

    Several sports share a current day: that of the league which is the last to begin it. A date stays on their board
    until it is over everywhere. Callers pass the sports that have a settled game, so a covered sport that nobody plays
    here moves no day and no season.
    """
    keys = (sport,) if sport else tuple(sorted(sports))
    day = min(sporting_day(sports[key].time_zone, at) for key in keys)
    return _span(period, [sports[key] for key in keys], day)


def spans(sports: Mapping[str, Sport], at: datetime) -> Sequence[Span]:
    """Return every period around `at`, of each sport and, where there are several, of all sports together."""
    days = {key: sporting_day(sports[key].time_zone, at) for key in sorted(sports)}
    sets = [(key,) for key in days] + ([tuple(days)] if len(days) > 1 else [])
    return [
        _span(period, [sports[key] for key in keys], min(days[key] for key in keys))
        for keys in sets
        for period in PERIODS
    ]


def _span(period: Period, sports: Sequence[Sport], day: date) -> Span:
    return Span(
        period,
        tuple(sport.key for sport in sports),
        tuple(period_days(period, sport.season_start, day) for sport in sports),
    )


def skill(units: Decimal, wagered: Decimal, risk: Decimal) -> Skill:
    """Return the ROI shrunk towards 0, as far as chance can explain it.

    units, wagered: sums in units; wagered above 0. risk: sum of stake^2 x (decimal odds - 1), in units squared.

    A contestant gains theta units per unit staked. The prior is theta ~ N(0, tau^2) with tau = PRIOR_SD: most people
    have no significant edge. The observation is r = units / wagered. At fair odds a stake s at decimal odds d gains s
    (d - 1) with probability 1/d and loses s otherwise; its mean is 0 and its variance s^2 (d - 1). Over independent
    picks the variance of r is V = sum(s^2 (d - 1)) / (sum s)^2 = risk / wagered^2, and r ~ N(theta, V). The posterior
    of theta given r has

        mean = r tau^2 / (tau^2 + V),   variance = tau^2 V / (tau^2 + V),

    and the interval is the mean -/+ 1.96 standard deviations. Source: the normal mean with known variance and normal
    prior, A. Gelman et al., "Bayesian Data Analysis", 3rd edition, 2013, section 2.5; for records of players, B. Efron,
    C. Morris, "Data analysis using Stein's estimator and its generalizations", Journal of the American Statistical
    Association 70, 1975.

    Boards are ordered by the same mean with the same rounding, which the database computes as 100 x units x wagered /
    (wagered^2 + risk / tau^2).
    """
    square = wagered * wagered
    spread = square + risk / _PRIOR_VARIANCE
    mean = 100 * units * wagered / spread
    margin = _WIDEST * (1 - square / spread).sqrt()
    low, high = mean - margin, mean + margin
    return Skill(mean.quantize(_TO_CENTS, _UP), low.quantize(_TO_CENTS, _UP), high.quantize(_TO_CENTS, _UP))
