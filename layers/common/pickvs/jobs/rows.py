"""Rows that other rooms read."""

from datetime import datetime

from pickvs.core.rows import TableRow


class BadRun(TableRow, frozen=True):
    """The latest run of a job and subject. since: when the first of the bad runs in a row began."""

    id: int
    job: str
    subject: str
    status: str
    error_code: str | None
    error: str | None
    unreadable_percent: int
    since: datetime
