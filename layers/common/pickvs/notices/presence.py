"""Locks the account of whoever changes notices, as accounts.presence does for the rooms above. Light on imports."""

from pickvs.core.database import Connection
from pickvs.core.errors import Unauthenticated
from pickvs.notices import queries


def lock_account(connection: Connection, user_id: int) -> None:
    """Prevent the erasure and other changes of the user's account until the transaction ends.

    Call this before taking any other lock. Raises Unauthenticated if the account has been erased.
    """
    if not queries.lock_account(connection, user_id):
        raise account_is_gone()


def account_is_gone() -> Unauthenticated:
    """Return the error for a token whose account has been erased."""
    return Unauthenticated("UNAUTHENTICATED", "The account of this token no longer exists.")
