"""How often a username may change. Pure."""

from datetime import datetime, timedelta

CHANGE_INTERVAL = timedelta(days=30)
"""Minimum time between two changes of a username."""


def next_change(last: datetime | None, at: datetime) -> datetime | None:
    """Return the moment from which the username may change again. None if it may at `at`. last: the last change."""
    due = last + CHANGE_INTERVAL if last else at
    return due if due > at else None
