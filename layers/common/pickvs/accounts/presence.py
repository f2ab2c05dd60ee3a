"""Checks that the user of an access token still has an account, because a token outlives an erasure.

Light on imports.
"""

from pickvs.accounts import queries
from pickvs.accounts.queries import User
from pickvs.core.database import Connection
from pickvs.core.errors import Unauthenticated


def hold_account(connection: Connection, user_id: int) -> None:
    """Prevent the erasure of the user's account until the transaction ends.

    Call this before storing anything on behalf of a user, and before taking any other lock. Raises Unauthenticated if
    the account has been erased.
    """
    if not queries.hold_account(connection, user_id):
        raise account_is_gone()


def lock_account(connection: Connection, user_id: int) -> None:
    """Hold the account as `hold_account` does, and let no other transaction lock it until this one ends.

    Call this instead of `hold_account` before counting what a user has, so that two requests cannot each store the last
    permitted one. Raises Unauthenticated if the account has been erased.
    """
    if not queries.lock_user(connection, user_id):
        raise account_is_gone()


def present_user(connection: Connection, user_id: int) -> User:
    """Return the user. Raises Unauthenticated if the account has been erased."""
    user = queries.find_user(connection, user_id)
    if user is None:
        raise account_is_gone()
    return user


def account_is_gone() -> Unauthenticated:
    """Return the error for a token whose account has been erased."""
    return Unauthenticated("UNAUTHENTICATED", "The account of this token no longer exists.")
