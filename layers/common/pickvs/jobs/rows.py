"""Rows that other rooms read."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BadRun:
    """The latest run of a job and subject. since: when the first of the bad runs in a row began."""

    id: int
    job: str
    subject: str
    status: str
    error_code: str | None
    error: str | None
    unreadable_percent: int
    since: datetime
