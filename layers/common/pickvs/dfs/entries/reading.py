"""Reads entries for other rooms, in the caller's transaction."""

from dataclasses import replace
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.dfs.entries import queries
from pickvs.dfs.entries.errors import file_of_other_slate, unknown_entry_file
from pickvs.dfs.entries.queries import FileRow
from pickvs.dfs.entries.rules import Entry, locked_now
from pickvs.dfs.slates import reading as slates
from pickvs.dfs.slates.rules import has_begun


def entry_file(connection: Connection, file_id: int, user_id: int, *, slate_id: int | None = None) -> FileRow:
    """Return a file of the user's entries. slate_id: the slate that it must be of.

    Raises NotFound (ENTRY_FILE_NOT_FOUND) and Conflict (ENTRIES_OF_OTHER_SLATE).
    """
    found = queries.find(connection, file_id, user_id)
    if found is None:
        raise unknown_entry_file()
    if slate_id is not None and found.slate_id != slate_id:
        raise file_of_other_slate()
    return found


def latest_file(connection: Connection, slate_id: int, user_id: int) -> FileRow:
    """Return the user's last file of entries for a slate. Raises NotFound (ENTRY_FILE_NOT_FOUND)."""
    found = queries.latest(connection, slate_id, user_id)
    if found is None:
        raise unknown_entry_file()
    return found


def entries_at(connection: Connection, file: FileRow, at: datetime) -> list[Entry]:
    """Return the entries of a file with the slots that are locked at `at`: in the file, or because a game has begun."""
    players = slates.players_of(connection, file.slate_id)
    begun = frozenset(player.id for player in players if has_begun(player.game_state, player.starts_at, at))
    return [replace(entry, locked=locked_now(entry, begun)) for entry in queries.entries_of(connection, file.id)]
