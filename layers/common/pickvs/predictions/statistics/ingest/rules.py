"""Names of the functions and of their due work. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

INGEST_STATS = "ingest_stats"
"""The function that brings box scores in, and whose due work the days are that it shall ask about."""

AFTER_SETTLEMENT = timedelta(minutes=30)
"""Time from a settlement to the question for the box score: sources correct them in the first minutes."""

LOOKED_BACK = timedelta(days=14)
"""Age of the oldest game whose missing box score is asked for by the daily run."""

LONGEST_BACKFILL = 400
"""Days of one order: a season, with its breaks."""


def day_key(sport: str, day: date, *, past: bool) -> str:
    """Return the key of due work: to ask about a day. past: games that the platform never knew are made as well."""
    return f"{'backfill' if past else 'day'} {sport} {day.isoformat()}"


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield every day from the first to the last."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def days_to_ask(today: date, lacking: Iterable[date]) -> list[date]:
    """Return the days that the daily run asks about: yesterday, today, and those of games without a box score."""
    return sorted({today - timedelta(days=1), today, *(day for day in lacking if day <= today)})
