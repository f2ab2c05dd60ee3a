"""Names of the functions and of their due work. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

INGEST_STATS = "ingest_stats"
"""The function that brings box scores in, and whose due work the days are that it shall ask about."""

AFTER_SETTLEMENT = timedelta(minutes=30)
"""Least time from a settlement to the question for the box score: sources correct them in the first minutes."""

TOGETHER = timedelta(minutes=30)
"""Time between two questions about a day after settlements. Those in between share one."""

LOOKED_BACK = timedelta(days=14)
"""Age of the oldest game whose missing box score is asked for by the daily run."""

LONGEST_BACKFILL = 400
"""Days of one order: a season, with its breaks."""


def asked_after(settled_at: datetime) -> datetime:
    """Return when to ask for the box score of a game that was settled then: at the first TOGETHER that is late enough.

    A later settlement so moves no question that is due, and none is asked too early for its game.
    """
    earliest = (settled_at + AFTER_SETTLEMENT).astimezone(UTC)
    midnight = datetime.combine(earliest.date(), time(), UTC)
    return midnight - TOGETHER * ((midnight - earliest) // TOGETHER)


def day_key(sport: str, day: date, due_at: datetime) -> str:
    """Return the key of due work: to ask about a day at a time."""
    return f"day {sport} {day.isoformat()} at {due_at.astimezone(UTC):%Y-%m-%dT%H:%M}"


def backfill_key(sport: str, day: date) -> str:
    """Return the key of due work: to ask about a past day, and make the games that the platform never knew."""
    return f"backfill {sport} {day.isoformat()}"


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield every day from the first to the last."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def days_to_ask(today: date, lacking: Iterable[date]) -> list[date]:
    """Return the days that the daily run asks about: yesterday, today, and those of games without a box score."""
    return sorted({today - timedelta(days=1), today, *(day for day in lacking if day <= today)})
