"""Errors of the group endpoints."""

from pickvs.core.errors import Forbidden, NotFound


def unknown_group() -> NotFound:
    """Return the error for a group that does not exist or that the caller is not in: nobody can tell which."""
    return NotFound("GROUP_NOT_FOUND", "There is no such group, or you are not in it.")


def unknown_member() -> NotFound:
    """Return the error for a username that nobody in the group has."""
    return NotFound("MEMBER_NOT_FOUND", "Nobody in this group has that username.")


def not_the_owner() -> Forbidden:
    """Return the error for a member who asks for what only the owner may do."""
    return Forbidden("OWNER_REQUIRED", "Only the owner of the group may do this.")
