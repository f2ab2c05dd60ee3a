"""The entries that a late swap is for."""

from datetime import datetime
from typing import TYPE_CHECKING

from pickvs.core.database import Connection
from pickvs.dfs.entries import reading
from pickvs.dfs.entries.rules import Entry

if TYPE_CHECKING:
    from pickvs.dfs.builds.requests import WantedBuild


def entries_of(connection: Connection, wanted: "WantedBuild", user_id: int, at: datetime) -> list[Entry] | None:
    """Return the entries that the request names, as they are locked at `at`; None if it names none.

    Raises NotFound (ENTRY_FILE_NOT_FOUND) and Conflict (ENTRIES_OF_OTHER_SLATE).
    """
    if wanted.late_swap_file_id is None:
        return None
    file = reading.entry_file(connection, wanted.late_swap_file_id, user_id, slate_id=wanted.slate_id)
    return reading.entries_at(connection, file, at)
