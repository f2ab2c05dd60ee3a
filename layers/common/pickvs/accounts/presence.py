"""Whether the user of a token still has an account: an access token outlives an erasure. Light on imports."""

from pickvs.accounts import queries
from pickvs.core.database import Connection
from pickvs.core.errors import Unauthenticated


def hold_account(connection: Connection, user_id: int) -> None:
    """Keep the user's account from being erased until the transaction ends; raise Unauthenticated if it is gone.

    Before anything is stored on behalf of a user, and before any other lock is taken.
    """
    if not queries.hold_account(connection, user_id):
        raise account_is_gone()


def account_is_gone() -> Unauthenticated:
    """Return the error for a token of a user who has no account any more."""
    return Unauthenticated("UNAUTHENTICATED", "The account of this token does not exist any more.")
