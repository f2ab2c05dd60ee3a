"""Errors about entries."""

from pickvs.core.errors import Conflict, NotFound


def unknown_entry_file() -> NotFound:
    """Return the error for a file of entries that does not exist or is another user's: nobody can tell which."""
    return NotFound("ENTRY_FILE_NOT_FOUND", "There is no such file of entries, or it is somebody else's.")


def file_of_other_slate() -> Conflict:
    """Return the error for a file of entries that is of another slate than what is named with it."""
    return Conflict("ENTRIES_OF_OTHER_SLATE", "The file of entries is of another slate. Name a file of this one.")
