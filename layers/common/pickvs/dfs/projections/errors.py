"""Errors about sets of projections."""

from pickvs.core.errors import Conflict, Invalid, NotFound
from pickvs.dfs.projections.rules import MOST_SETS


def unknown_set() -> NotFound:
    """Return the error for a set that does not exist or that is another user's: nobody can tell which."""
    return NotFound("PROJECTION_SET_NOT_FOUND", "There is no such set of projections, or it is somebody else's.")


def set_of_other_slate() -> Conflict:
    """Return the error for a set that is not of the slate that is named with it."""
    return Conflict("SET_OF_OTHER_SLATE", "The set of projections is of another slate. Name a set of this one.")


def too_many_sets() -> Conflict:
    """Return the error for one set too many."""
    return Conflict("TOO_MANY_SETS", f"You have {MOST_SETS} sets of projections for this slate, which is the most.")


def not_simulated() -> Invalid:
    """Return the error for a site and sport whose fantasy points are not forecast."""
    return Invalid(
        "NOT_SIMULATED",
        "PickVs forecasts too few statistics of this sport to make projections for this site. Upload projections.",
    )


def no_forecasts() -> Conflict:
    """Return the error for a slate of whose players none is forecast."""
    return Conflict(
        "NO_FORECASTS",
        "No player of the slate is forecast yet. Players are forecast on the morning of a game; ask again then, or "
        "upload projections.",
    )
