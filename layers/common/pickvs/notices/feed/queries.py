"""SQL of the feed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.rows import scalar_row

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_PAGE = """
    SELECT id, kind, data, told_at, read_at FROM notices
    WHERE user_id = %s AND in_feed AND id < %s
    ORDER BY id DESC
    LIMIT %s
"""

_UNREAD = "SELECT count(*) FROM notices WHERE user_id = %s AND in_feed AND read_at IS NULL"

# In the order of the ids, so that two requests cannot wait for each other.
_READ = """
    WITH chosen AS (
      SELECT id FROM notices
      WHERE user_id = %(user)s AND in_feed AND read_at IS NULL
        AND (id <= %(up_to)s OR id = ANY(%(ids)s))
      ORDER BY id
      FOR NO KEY UPDATE
    )
    UPDATE notices SET read_at = greatest(%(at)s, told_at) FROM chosen WHERE notices.id = chosen.id
"""


class NoticeRow(TableRow, frozen=True):
    """A notice in the feed."""

    id: int
    kind: str
    data: dict[str, Any]
    told_at: datetime
    read_at: datetime | None


def notices_of(connection: Connection, user_id: int, *, before: int, limit: int) -> list[NoticeRow]:
    """Return up to `limit` notices of the user's feed with ids below `before`, newest first."""
    with connection.cursor(row_factory=row_of(NoticeRow)) as cursor:
        return cursor.execute(_PAGE, (user_id, before, limit)).fetchall()


def count_unread(connection: Connection, user_id: int) -> int:
    """Return the number of unread notices in the user's feed."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return int(cursor.execute(_UNREAD, (user_id,)).fetchone() or 0)


def mark_read(connection: Connection, user_id: int, *, up_to: int | None, ids: Sequence[int], at: datetime) -> None:
    """Mark notices of the user's feed as read: those up to an id, and those with these ids. Ignores all others."""
    connection.execute(_READ, {"user": user_id, "up_to": up_to, "ids": list(ids), "at": at})
