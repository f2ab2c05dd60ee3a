"""Authorizes administrators. Checks the role in the database, because a token may hold an outdated one."""

from pickvs.accounts.presence import hold_account, present_user
from pickvs.core.database import Connection
from pickvs.core.errors import Forbidden


def require_admin(connection: Connection, user_id: int) -> None:
    """Lock the caller's account and check that its role is admin. The role cannot change before the transaction ends.

    Call it before taking any other lock. Raises Forbidden (ROLE_REQUIRED) if the caller is not an administrator, and
    Unauthenticated if the account is gone.
    """
    hold_account(connection, user_id)
    check_admin(connection, user_id)


def check_admin(connection: Connection, user_id: int) -> None:
    """Check that the role of the caller's account is admin. For reads: they need no lock, and may take none.

    Raises as `require_admin`.
    """
    if present_user(connection, user_id).role != "admin":
        raise Forbidden("ROLE_REQUIRED", "Only users with the role admin may do this.")
