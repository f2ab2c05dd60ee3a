"""Dates in place of moments, as clients send them."""

import re
from datetime import UTC, date, datetime, timedelta

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""Format of a date: RFC 3339, full-date."""


def start_of_day(text: str) -> datetime:
    """Return the start of a day in UTC. Raises ValueError if `text` is no date."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def end_of_day(text: str) -> datetime:
    """Return the end of a day in UTC, which is the start of the next one; of the last day, its last moment.

    Raises ValueError if `text` is no date.
    """
    start = start_of_day(text)
    return start + timedelta(days=1) if start.date() < date.max else datetime.max.replace(tzinfo=UTC)
