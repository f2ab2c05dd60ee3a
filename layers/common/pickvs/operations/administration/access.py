"""Authorizes administrators. Checks the role in the database, because a token may hold an outdated one."""

from uuid import UUID

from pickvs.accounts.presence import hold_caller, present_user
from pickvs.core.database import Connection
from pickvs.core.errors import Forbidden


def require_admin(connection: Connection, user_id: int, session: UUID | None) -> None:
    """Lock the caller's account and check that its role is admin, and that the session of the token has not ended.

    Neither can change before the transaction ends. Call it before taking any other lock. Raises Forbidden
    (ROLE_REQUIRED) if the caller is not an administrator, and Unauthenticated if the account or the session has ended.
    """
    hold_caller(connection, user_id, session=session, api_key_id=None)
    check_admin(connection, user_id)


def check_admin(connection: Connection, user_id: int) -> None:
    """Check that the role of the caller's account is admin. For reads: they need no lock, and may take none.

    Raises Forbidden (ROLE_REQUIRED), and Unauthenticated if the account is gone.
    """
    if present_user(connection, user_id).role != "admin":
        raise Forbidden("ROLE_REQUIRED", "Only users with the role admin may do this.")
