"""Writes and lists the audit log."""

from datetime import datetime

from pickvs.core.database import Connection, transaction
from pickvs.core.paging import read_cursor, read_moment, refuse_empty_span, write_cursor
from pickvs.operations.administration.access import check_admin
from pickvs.operations.administration.audit import queries
from pickvs.operations.administration.audit.queries import Entry, EntryFilter
from pickvs.operations.administration.audit.schemas import AuditEntry, AuditLog


def write_entry(connection: Connection, entry: Entry, at: datetime) -> None:
    """Write an entry in the transaction of the action that it records, so that neither exists without the other."""
    queries.insert_entry(connection, entry, at)


def list_entries(actor_id: int, chosen: EntryFilter, *, limit: int, cursor: str | None) -> AuditLog:
    """Return a page of the audit log, newest first, to an administrator.

    Raises the errors of `check_admin`, and Invalid if `until` is not after `since` or the cursor belongs to another
    list.
    """
    refuse_empty_span(chosen.since, chosen.until)
    after = _position(cursor) if cursor is not None else None
    with transaction() as connection:
        check_admin(connection, actor_id)
        rows = queries.entries(connection, chosen, after=after, limit=limit + 1)
    page = rows[:limit]
    return AuditLog(
        entries=[AuditEntry.of(row) for row in page],
        next_cursor=write_cursor(page[-1].at.isoformat(), page[-1].id) if len(rows) > limit else None,
    )


def _position(cursor: str) -> queries.Position:
    moment, entry_id = read_cursor(cursor, str, int)
    return read_moment(moment), entry_id
