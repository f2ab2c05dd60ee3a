"""Writes and shows the audit log."""

from datetime import datetime

from pickvs.administration.access import require_admin
from pickvs.administration.audit import queries
from pickvs.administration.audit.queries import Entry, EntryFilter
from pickvs.administration.audit.schemas import AuditEntry, AuditLog
from pickvs.core.database import Connection, transaction
from pickvs.core.paging import read_cursor, read_moment, refuse_empty_span, write_cursor


def write_entry(connection: Connection, entry: Entry, at: datetime) -> None:
    """Write an entry, in the transaction of what it tells of: neither is there without the other."""
    queries.insert_entry(connection, entry, at)


def list_entries(actor_id: int, chosen: EntryFilter, *, limit: int, cursor: str | None) -> AuditLog:
    """Return a page of the audit log, newest first, to an administrator.

    Raises what `require_admin` raises, and Invalid for an `until` that is not after `since` and for a cursor that is
    not this list's.
    """
    refuse_empty_span(chosen.since, chosen.until)
    after = _position(cursor) if cursor is not None else None
    with transaction() as connection:
        require_admin(connection, actor_id)
        rows = queries.entries(connection, chosen, after=after, limit=limit + 1)
    page = rows[:limit]
    return AuditLog(
        entries=[AuditEntry.of(row) for row in page],
        next_cursor=write_cursor(page[-1].at.isoformat(), page[-1].id) if len(rows) > limit else None,
    )


def _position(cursor: str) -> queries.Position:
    moment, entry_id = read_cursor(cursor, str, int)
    return read_moment(moment), entry_id
