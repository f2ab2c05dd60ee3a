"""Names of the functions and of their due work. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

INGEST_STATS = "ingest_stats"
"""The function that brings box scores in, and whose due work the days are that it shall ask about."""

AFTER_SETTLEMENT = timedelta(minutes=30)
"""Least time from a settlement to the question for the box score: sources correct them in the first minutes."""

TOGETHER = timedelta(minutes=30)
"""Time between two questions about a day after settlements. Those in between share one."""

AGAIN_AFTER = (timedelta(days=2), timedelta(days=7))
"""Times from a day to the questions about all its box scores, final or not: leagues correct them within the week, the
NFL on the Thursday. After the last one nothing is asked about a game that has a final box score."""

_AGAIN_AT = time(13)
"""Of the day, in UTC: after the daily run."""

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


def again_key(sport: str, day: date, due_at: datetime) -> str:
    """Return the key of due work: to ask about all box scores of a day again. One for all games of the day."""
    return f"again {sport} {day.isoformat()} at {due_at:%Y-%m-%d}"


def asked_again(day: date, at: datetime) -> list[datetime]:
    """Return when all box scores of a day are asked about again, as far as it lies after `at`."""
    due = [datetime.combine(day + after, _AGAIN_AT, UTC) for after in AGAIN_AFTER]
    return [each for each in due if each > at]


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
