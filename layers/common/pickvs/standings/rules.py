"""Which picks a board counts, who may stand on it, and what skill is (rules.md, "Standings")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

type Period = Literal["all", "season", "month", "week", "day"]
type Sort = Literal["units", "roi", "clv", "skill"]

PERIODS: tuple[Period, ...] = ("day", "week", "month", "season", "all")

MINIMUM_PICKS: dict[Sort, int] = {"units": 1, "roi": 20, "clv": 20, "skill": 20}
"""Graded picks needed to stand on a board; ratios mean nothing after a few lucky ones."""

PRIOR_SD = Decimal("0.05")
"""How far the true edges of contestants lie apart, in units per unit staked: one standard deviation.

At -110, 5 % is the difference between 52.4 % of wins, which breaks even, and 55 %, which professionals are proud of;
two of it, 57.6 %, nobody is known to have kept up.
"""

_TWO_SIDED_95 = Decimal("1.959964")
_PRIOR_VARIANCE = PRIOR_SD**2
_WIDEST = 100 * _TWO_SIDED_95 * PRIOR_SD
"""The interval's half of who has staked nothing, in percent."""
_TO_CENTS, _UP = Decimal("0.01"), ROUND_HALF_UP


@dataclass(frozen=True, slots=True)
class Span:
    """A period of some sports. sports: in alphabetical order. starts_at: in UTC, None for all time.

    The season of several sports is the season of each; it starts when the latest of them did.
    """

    period: Period
    sports: tuple[str, ...]
    starts_at: datetime | None


class Skill(NamedTuple):
    """An estimate of what a contestant gains by a unit staked, in percent, with its 95 % interval."""

    estimate: Decimal
    low: Decimal
    high: Decimal


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


def span(period: Period, sport: str | None, seasons: Mapping[str, tuple[int, int]], at: datetime) -> Span:
    """Return the period around `at` of one sport, or of all sports where `sport` is None.

    seasons: for each covered sport, month and day on which its season turns.
    """
    sports = (sport,) if sport else tuple(sorted(seasons))
    starts = [start for key in sports if (start := period_start(period, seasons[key], at))]
    return Span(period, sports, max(starts, default=None))


def spans(seasons: Mapping[str, tuple[int, int]], at: datetime) -> Sequence[Span]:
    """Return every period around `at`, of each sport and of all together. Where one is covered, that is the same."""
    wanted = [span(period, sport, seasons, at) for sport in (*seasons, None) for period in PERIODS]
    return list(dict.fromkeys(wanted))


def skill(units: Decimal, wagered: Decimal, risk: Decimal) -> Skill:
    """Return the ROI shrunk towards 0, as far as chance can explain it.

    units, wagered: sums in units; wagered above 0. risk: sum of stake^2 x (decimal odds - 1), in units squared.

    A contestant gains theta units by a unit staked. Before any pick, theta ~ N(0, tau^2) with tau = PRIOR_SD: most
    people have no edge to speak of. What is seen is r = units / wagered. At fair odds a stake s at decimal odds d
    gains s (d - 1) with the chance 1/d and loses s otherwise: its mean is 0 and its variance s^2 (d - 1). Over
    independent picks the variance of r is V = sum(s^2 (d - 1)) / (sum s)^2 = risk / wagered^2, and r ~ N(theta, V).
    Then, of theta given r,

        mean = r tau^2 / (tau^2 + V),   variance = tau^2 V / (tau^2 + V),

    and the interval is the mean -/+ 1.96 standard deviations. Source: the normal mean with known variance and normal
    prior, A. Gelman et al., "Bayesian Data Analysis", 3rd edition, 2013, section 2.5; for records of players, B. Efron,
    C. Morris, "Data analysis using Stein's estimator and its generalizations", Journal of the American Statistical
    Association 70, 1975.

    Boards are ordered by the same mean, rounded in the same way, which the database computes as
    100 x units x wagered / (wagered^2 + risk / tau^2).
    """
    square = wagered * wagered
    spread = square + risk / _PRIOR_VARIANCE
    mean = 100 * units * wagered / spread
    margin = _WIDEST * (1 - square / spread).sqrt()
    low, high = mean - margin, mean + margin
    return Skill(mean.quantize(_TO_CENTS, _UP), low.quantize(_TO_CENTS, _UP), high.quantize(_TO_CENTS, _UP))
