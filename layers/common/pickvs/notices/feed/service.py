"""Lists a user's notices, and marks them as read."""

from typing import TYPE_CHECKING

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.paging import NEWEST, read_cursor, write_cursor
from pickvs.notices.feed import queries
from pickvs.notices.feed.queries import NoticeRow
from pickvs.notices.feed.schemas import Notice, Notices, Unread
from pickvs.notices.presence import lock_account
from pickvs.notices.rules import KINDS
from pickvs.notices.words import OF_UNKNOWN_KIND, words_of

if TYPE_CHECKING:
    from pickvs.notices.feed.requests import Read


def list_notices(user_id: int, *, limit: int, cursor: str | None) -> Notices:
    """Return a page of the user's notices, newest first. Raises Invalid (INVALID_CURSOR) if the cursor is invalid."""
    [before] = read_cursor(cursor, int) if cursor is not None else [NEWEST]
    with transaction() as connection:
        rows = queries.notices_of(connection, user_id, before=before, limit=limit + 1)
        unread = queries.count_unread(connection, user_id)
    page = rows[:limit]
    return Notices(
        notices=[_shown(row) for row in page],
        unread=unread,
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


def mark_read(user_id: int, read: "Read") -> Unread:
    """Mark notices of the user as read, and return how many are unread. Ids of other notices are ignored.

    Raises Unauthenticated if the account is gone.
    """
    with transaction() as connection:
        lock_account(connection, user_id)
        up_to = NEWEST if read.up_to is None and read.ids is None else read.up_to
        queries.mark_read(connection, user_id, up_to=up_to, ids=read.ids or (), at=clock.now())
        return Unread(unread=queries.count_unread(connection, user_id))


def _shown(row: NoticeRow) -> Notice:
    words = words_of(row.kind, row.data) if row.kind in KINDS else OF_UNKNOWN_KIND
    return Notice.of(row, title=words.title, text=words.text)
