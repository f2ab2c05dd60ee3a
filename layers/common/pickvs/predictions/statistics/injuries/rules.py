"""When sources are asked who is hurt, beside the daily pace. Pure.

Teams name who plays in the hours before a game, and the NBA publishes a report every quarter of an hour. So each sport
is asked about every quarter in the two hours before a tip-off, a few minutes after the report is due. Several games
that begin close together share a question.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

INGEST_INJURIES: Final = "ingest_injuries"
"""The function that asks."""

PART: Final = "injuries"
"""Part of a source's data, of which `jobs.freshness` knows the age."""

CLOSE = timedelta(hours=2)
"""How long before a tip-off the quarters of an hour begin."""
EVERY = timedelta(minutes=15)
PUBLISHED_AFTER = timedelta(minutes=5)
"""Time from a full quarter until its report can be expected to be there."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC) + PUBLISHED_AFTER


def is_close(at: datetime, tip_offs: Iterable[datetime]) -> bool:
    """Return whether a game begins within CLOSE after `at`."""
    return any(at < tip_off <= at + CLOSE for tip_off in tip_offs)


def next_asking(at: datetime, tip_offs: Iterable[datetime]) -> datetime | None:
    """Return the next time after `at` that is close before a tip-off. None if there is no such time before any."""
    for tip_off in sorted(tip_offs):
        asking = _step(max(at, tip_off - CLOSE))
        if at < asking < tip_off:
            return asking
        if at < (later := asking + EVERY) < tip_off:
            return later
    return None


def _step(moment: datetime) -> datetime:
    """Return the first time of asking that is not before `moment`."""
    return _EPOCH - (_EPOCH - moment) // EVERY * EVERY
