"""What the groups store of a user, for the erasure of an account. Light on imports."""

from pickvs.accounts.limits import service as limits
from pickvs.core.database import Connection
from pickvs.groups import queries

JOINING = "join-group"
"""Name under which a user's attempts to join a group are counted."""


def erase(connection: Connection, user_id: int) -> None:
    """Take the user out of all groups, and forget the attempts to join one.

    Of a group that the user owns, the longest member becomes the owner. A group without another member is deleted. The
    caller must have locked the account against everybody, so that the user joins no group meanwhile.
    """
    queries.delete_memberships(connection, user_id)
    limits.forget_attempts(connection, JOINING, user_id)
