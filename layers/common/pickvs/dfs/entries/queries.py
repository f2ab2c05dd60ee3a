"""The SQL of entries."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import scalar_row
from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.dfs.entries.rules import Entry

_FILE = SQL("""
    SELECT file.id, file.slate_id, file.upload_id, file.added_at, upload.sha256, upload.kind,
           (SELECT count(*) FROM dfs_entries entry WHERE entry.file_id = file.id) AS entries
    FROM dfs_entry_files file
    JOIN dfs_uploads upload ON upload.id = file.upload_id
    WHERE file.user_id = %(user)s
""")

_FIND = SQL("{} AND file.id = %(file)s").format(_FILE)

_LATEST = SQL("{} AND file.slate_id = %(slate)s ORDER BY file.id DESC LIMIT 1").format(_FILE)

_ENTRIES = SQL("""
    SELECT line, entry_key, contest_key, contest_name, fee, cells, players, locked
    FROM dfs_entries WHERE file_id = %s ORDER BY line
""")

_INSERT = SQL("""
    INSERT INTO dfs_entry_files (user_id, slate_id, upload_id, added_at)
    VALUES (%(user)s, %(slate)s, %(upload)s, %(at)s) RETURNING id
""")

_INSERT_ENTRY = SQL("""
    INSERT INTO dfs_entries (file_id, line, entry_key, contest_key, contest_name, fee, cells, players, locked)
    VALUES (%(file)s, %(line)s, %(entry_key)s, %(contest_key)s, %(contest_name)s, %(fee)s, %(cells)s::text[],
            %(players)s::bigint[], %(locked)s::boolean[])
""")


class FileRow(TableRow, frozen=True):
    """A file of entries. sha256, kind: of the upload. entries: how many it has."""

    id: int
    slate_id: int
    upload_id: int
    added_at: datetime
    sha256: str
    kind: str
    entries: int


class EntryRow(TableRow, frozen=True):
    """An entry of a file. See rules.Entry."""

    line: int
    entry_key: str
    contest_key: str
    contest_name: str
    fee: str
    cells: list[str]
    players: list[int | None]
    locked: list[bool]


def find(connection: Connection, file_id: int, user_id: int) -> FileRow | None:
    """Return a file of the user. None if there is none."""
    with connection.cursor(row_factory=row_of(FileRow)) as cursor:
        return cursor.execute(_FIND, {"user": user_id, "file": file_id}).fetchone()


def latest(connection: Connection, slate_id: int, user_id: int) -> FileRow | None:
    """Return the user's last file for a slate. None if there is none."""
    with connection.cursor(row_factory=row_of(FileRow)) as cursor:
        return cursor.execute(_LATEST, {"user": user_id, "slate": slate_id}).fetchone()


def entries_of(connection: Connection, file_id: int) -> list[Entry]:
    """Return the entries of a file, by line."""
    with connection.cursor(row_factory=row_of(EntryRow)) as cursor:
        rows = cursor.execute(_ENTRIES, (file_id,)).fetchall()
    return [Entry(**{name: getattr(row, name) for name in EntryRow.__struct_fields__}) for row in rows]


def insert(
    connection: Connection, *, user_id: int, slate_id: int, upload_id: int, entries: Sequence[Entry], at: datetime
) -> int:
    """Insert a file with its entries, and return its id."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        values = {"user": user_id, "slate": slate_id, "upload": upload_id, "at": at}
        [file_id] = cursor.execute(_INSERT, values).fetchall()
        cursor.executemany(
            _INSERT_ENTRY,
            [
                {
                    "file": file_id,
                    "line": entry.line,
                    "entry_key": entry.entry_key,
                    "contest_key": entry.contest_key,
                    "contest_name": entry.contest_name,
                    "fee": entry.fee,
                    "cells": list(entry.cells),
                    "players": list(entry.players),
                    "locked": list(entry.locked),
                }
                for entry in entries
            ],
        )
    return int(file_id)
