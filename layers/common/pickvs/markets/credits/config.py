"""Settings of the credits."""

from dataclasses import dataclass
from datetime import time, timedelta

from pickvs.core.config import names, settings, whole


@dataclass(frozen=True, slots=True)
class Plan:
    """The provider's plan, and what the stage asks for every day."""

    monthly_credits: int
    odds_times: tuple[timedelta, ...]
    """Times of day, in UTC, at which the daily odds are fetched."""
    results_a_day: int
    """How often a day the daily results are fetched."""


def plan() -> Plan:
    """Return this stage's plan."""
    known = settings()
    return Plan(
        monthly_credits=known.require("MONTHLY_CREDITS", whole(1, 1_000_000_000)),
        odds_times=known.require("ODDS_TIMES", _times),
        results_a_day=known.require("RESULTS_A_DAY", whole(1, 24 * 60)),
    )


def _times(raw: str) -> tuple[timedelta, ...]:
    """Parse `05:00,17:30`. Raises ValueError."""
    found = (time.fromisoformat(each) for each in names(raw))
    return tuple(timedelta(hours=each.hour, minutes=each.minute) for each in found)
