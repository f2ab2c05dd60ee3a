"""Who may administer. The database is asked again: a token says what was true when it was issued."""

from pickvs.accounts import queries as accounts
from pickvs.accounts.presence import hold_account
from pickvs.core.database import Connection
from pickvs.core.errors import Forbidden


def require_admin(connection: Connection, user_id: int) -> None:
    """Return if the user is an administrator, and stays one until the transaction ends.

    Before any other lock is taken. Raises Forbidden (ROLE_REQUIRED) for who is none, or none any more, and
    Unauthenticated for who has no account any more.
    """
    hold_account(connection, user_id)
    user = accounts.find_user(connection, user_id)
    if user is None or user.role != "admin":
        raise Forbidden("ROLE_REQUIRED", "Only users with the role admin may do this.")
