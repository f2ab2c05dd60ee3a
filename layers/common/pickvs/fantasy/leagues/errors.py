"""Errors of the league endpoints."""

from pickvs.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from pickvs.fantasy.leagues.names import BadName


def unknown_league() -> NotFound:
    """Return the error for a league that does not exist or that the caller may not see: nobody can tell which."""
    return NotFound("LEAGUE_NOT_FOUND", "There is no such league, or it is private and you are not in it.")


def unknown_constructor() -> NotFound:
    """Return the error for a constructor that does not exist or whose league the caller may not see."""
    return NotFound("CONSTRUCTOR_NOT_FOUND", "There is no such constructor, or its league is private.")


def unknown_member() -> NotFound:
    """Return the error for a username that nobody in the league has."""
    return NotFound("MEMBER_NOT_FOUND", "Nobody in this league has that username.")


def unknown_user() -> NotFound:
    """Return the error for a username that nobody has."""
    return NotFound("USER_NOT_FOUND", "Nobody has that username.")


def not_permitted(role: str) -> Forbidden:
    """Return the error for a member who asks for what needs another role. role: in words, such as `a commissioner`."""
    return Forbidden("LEAGUE_ROLE_REQUIRED", f"Only {role} of the league may do this.")


def not_the_owner() -> Forbidden:
    """Return the error for who acts for somebody else's constructor."""
    return Forbidden("CONSTRUCTOR_OWNER_REQUIRED", "Only the owner of the constructor may do this.")


def league_name_taken() -> Conflict:
    """Return the error for a name that another league of the season has."""
    return Conflict("LEAGUE_NAME_TAKEN", "Another league of this season has this name. Choose another one.")


def team_name_taken() -> Conflict:
    """Return the error for a name that another constructor of the league has."""
    return Conflict("TEAM_NAME_TAKEN", "Another constructor of this league has this name. Choose another one.")


def code_refused() -> Forbidden:
    """Return the error for a code that does not let the caller in, whether the league exists or not."""
    return Forbidden("CODE_REFUSED", "This invitation does not exist, has expired or was used up. Ask for a new one.")


def bad_name(field: str, error: BadName) -> Invalid:
    """Return the error for a name that is not allowed. field: the field of the body that has it."""
    return Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (FieldError(field, str(error)),))
