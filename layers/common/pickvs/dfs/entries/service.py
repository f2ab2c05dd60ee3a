"""Stores the entries of a file."""

from collections.abc import Mapping
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.dfs.entries import queries
from pickvs.dfs.entries.rules import Entry, storable
from pickvs.dfs.files.entries import EntriesFile
from pickvs.dfs.files.entries import Entry as Written

_LONGEST_CELL = 300
_LONGEST_FEE = 60


def entries_of(file: EntriesFile, players: Mapping[str, int]) -> list[Entry]:
    """Return the entries of a file as they are stored. players: of the slate, by every id that the site has for them.

    An entry that names somebody else is left out: its line of the file stays as it is.
    """
    return [_entry(entry, players) for entry in file.entries if _is_known(entry, players)]


def add_file(
    connection: Connection, *, user_id: int, slate_id: int, upload_id: int, entries: list[Entry], at: datetime
) -> int:
    """Store a file of entries, in the caller's transaction, and return its id."""
    return queries.insert(connection, user_id=user_id, slate_id=slate_id, upload_id=upload_id, entries=entries, at=at)


def _is_known(entry: Written, players: Mapping[str, int]) -> bool:
    return all(not cell.site_id or cell.site_id in players for cell in entry.cells)


def _entry(entry: Written, players: Mapping[str, int]) -> Entry:
    return Entry(
        line=entry.line,
        entry_key=entry.entry_id,
        contest_key=entry.contest_id,
        contest_name=storable(entry.contest_name, _LONGEST_CELL),
        fee=storable(entry.fee, _LONGEST_FEE),
        cells=[storable(cell.text, _LONGEST_CELL) for cell in entry.cells],
        players=[players[cell.site_id] if cell.site_id else None for cell in entry.cells],
        locked=[bool(cell.site_id) and cell.lock.locked for cell in entry.cells],
    )
