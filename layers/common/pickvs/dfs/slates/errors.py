"""Errors about slates."""

from pickvs.core.errors import Conflict, NotFound


def unknown_slate() -> NotFound:
    """Return the error for a slate that does not exist or that another user has uploaded: nobody can tell which."""
    return NotFound("SLATE_NOT_FOUND", "There is no such slate, or somebody else has uploaded it.")


def locked_slate() -> Conflict:
    """Return the error for lineups on a slate whose games have begun."""
    return Conflict(
        "SLATE_LOCKED",
        "The slate's first game has begun. Swap the open slots of your entries instead (late_swap_file_id), or choose "
        "another slate.",
    )


def several_slates(ids: list[int]) -> Conflict:
    """Return the error for a file whose players are on several slates of the user."""
    listed = ", ".join(map(str, ids))
    return Conflict(
        "WRONG_SLATE", f"The players of the file are on several of your slates ({listed}). Upload one each."
    )
