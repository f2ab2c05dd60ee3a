"""Errors about uploads."""

from pickvs.core.errors import Conflict, FieldError, Invalid, NotFound, RequestError
from pickvs.dfs.files.report import FileRefused
from pickvs.dfs.uploads.rules import MOST_UPLOADS


def refused(error: FileRefused) -> RequestError:
    """Return the error for a file that cannot be read at all."""
    where = f"line {error.line}" if error.line is not None else "file"
    problem = (FieldError(where, error.message),)
    if error.code == "WRONG_SLATE":
        return Conflict("WRONG_SLATE", error.message, problem)
    return Invalid(error.code, error.message, problem)


def unknown_upload() -> NotFound:
    """Return the error for an upload that does not exist or is another user's: nobody can tell which."""
    return NotFound("UPLOAD_NOT_FOUND", "There is no such upload, or it is somebody else's.")


def too_many_uploads() -> Conflict:
    """Return the error for one upload too many."""
    return Conflict("TOO_MANY_UPLOADS", f"You have uploaded {MOST_UPLOADS} files, which is the most.")


def unknown_format() -> Invalid:
    """Return the error for players whose slots are of no kind of contest that lineups are built for."""
    said = "The slots of these players are of no kind of contest that PickVs builds lineups for."
    return Invalid("FORMAT_UNKNOWN", said, (FieldError("file", said),))


def other_format() -> Conflict:
    """Return the error for a file whose contest is of another kind than the slate."""
    return Conflict("WRONG_SLATE", "The file is of another site or kind of contest than the slate. Choose its slate.")


def unknown_players() -> Conflict:
    """Return the error for entries whose players are on no slate that the user may see."""
    return Conflict(
        "WRONG_SLATE",
        "The players of these entries are on none of your slates, and the file does not say all games. Upload the "
        "salaries first.",
    )


def several_slates(ids: list[int]) -> Conflict:
    """Return the error for entries whose players are on several slates."""
    listed = ", ".join(map(str, ids))
    return Conflict("WRONG_SLATE", f"The players of the file are on several slates ({listed}). Name one as slate_id.")


def needed(field: str, said: str) -> Invalid:
    """Return the error for a parameter that this kind of file needs."""
    return Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (FieldError(field, said),))


def alias_taken(name: str) -> Conflict:
    """Return the error for a spelling that is the name of another player of the team."""
    return Conflict("ALIAS_TAKEN", f"The slate has a player {name} in this team: the spelling already means him.")
