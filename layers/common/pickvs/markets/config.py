"""Settings of the submission rule: how long a game and its quotes accept picks."""

from dataclasses import dataclass
from datetime import timedelta

from pickvs.core.config import settings, whole


@dataclass(frozen=True, slots=True)
class PickTimes:
    """The two durations of the submission rule that a stage may set."""

    lock_margin: timedelta
    """Time before the announced tip-off at which a game locks."""
    max_odds_age: timedelta
    """Age at which a quote becomes stale."""


def pick_times() -> PickTimes:
    """Return this stage's durations."""
    known = settings()
    return PickTimes(
        lock_margin=timedelta(seconds=known.require("LOCK_MARGIN_SECONDS", whole(0, 3600))),
        max_odds_age=timedelta(hours=known.require("MAX_ODDS_AGE_HOURS", whole(1, 24 * 31))),
    )
