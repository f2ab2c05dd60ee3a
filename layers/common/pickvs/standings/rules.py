"""Boards: periods, eligibility and skill (rules.md, "Standings")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

type Period = Literal["all", "season", "month", "week", "day"]
type Sort = Literal["units", "roi", "clv", "skill"]

PERIODS: tuple[Period, ...] = ("day", "week", "month", "season", "all")

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
class Span:
    """A period of one or more sports. sports: in alphabetical order. starts_at: in UTC; None for all time.

    The season of several sports includes each sport's own season; starts_at is the latest of their starts.
    """

    period: Period
    sports: tuple[str, ...]
    starts_at: datetime | None


class Skill(NamedTuple):
    """The estimated gain of a contestant per unit staked, in percent, with its 95 % interval."""

    estimate: Decimal
    low: Decimal
    high: Decimal


def period_start(period: Period, season_start: tuple[int, int], at: datetime) -> datetime | None:
    """Return the start of the period around `at` in UTC: UTC day, ISO week, month or season. None for all time.

    season_start: month and day on which the sport's season starts.
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


def span(period: Period, sport: str | None, seasons: Mapping[str, tuple[int, int]], at: datetime) -> Span:
    """Return the period around `at` of one sport, or of all sports if `sport` is None.

    seasons: month and day on which each covered sport's season starts.
    """
    sports = (sport,) if sport else tuple(sorted(seasons))
    starts = [start for key in sports if (start := period_start(period, seasons[key], at))]
    return Span(period, sports, max(starts, default=None))


def spans(seasons: Mapping[str, tuple[int, int]], at: datetime) -> Sequence[Span]:
    """Return every period around `at`, of each sport and of all sports together, without duplicates."""
    wanted = [span(period, sport, seasons, at) for sport in (*seasons, None) for period in PERIODS]
    return list(dict.fromkeys(wanted))


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
