"""When a source that refuses to be asked is off. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

REFUSALS = frozenset({401, 403, 429})
"""HTTP statuses by which a source refuses to be asked."""
REFUSALS_THAT_COUNT = 3
REFUSED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Off:
    """A source is off. since: its last refusal that counted. until: the next UTC day. refusals: of the last hour."""

    since: datetime
    until: datetime
    refusals: int


def off(refusals: Sequence[datetime], at: datetime) -> Off | None:
    """Return since when a source is off at `at`, by the times of its refusals. None if it may be asked.

    A source that has refused three times within an hour is off until the next UTC day begins.
    """
    times = sorted(moment for moment in refusals if moment <= at)
    for last in reversed(times):
        within = [moment for moment in times if last - REFUSED_WITHIN <= moment <= last]
        until = datetime.combine(last.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
        if len(within) >= REFUSALS_THAT_COUNT and at < until:
            return Off(last, until, len(within))
    return None
