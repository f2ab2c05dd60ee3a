"""Rows that other rooms read."""

from datetime import datetime

from pickvs.core.rows import TableRow


class GivenUp(TableRow, frozen=True):
    """Deliveries that were given up for the same reason. webhook_id: None for mails. total: the number of groups."""

    webhook_id: int | None
    error: str | None
    deliveries: int
    since: datetime
    total: int
