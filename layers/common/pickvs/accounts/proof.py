"""Proof that the holder of an access token knows the password: asked before what a borrowed token must not do."""

from uuid import UUID

from pickvs.accounts import passwords, queries
from pickvs.accounts.limits import service as limits
from pickvs.accounts.presence import account_is_gone, require_session
from pickvs.accounts.queries import Account
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Forbidden


def prove_password(user_id: int, session: UUID | None, password: str) -> Account:
    """Check the password of the user's account, outside a transaction, because hashing takes long. Return the account.

    The caller locks the account afterwards, and checks the session again. Only wrong passwords count, and against the
    user alone. Raises Forbidden (WRONG_PASSWORD), TooManyRequests after too many wrong ones, and Unauthenticated if the
    account or the session has ended: whoever was shut out uses up no attempts.
    """
    with transaction() as connection:
        account = queries.find_own_account(connection, user_id)
        if account is None:
            raise account_is_gone()
        require_session(connection, user_id, session)
    limits.admit_own_password(user_id)
    if not passwords.verify(password, account.password_hash):
        raise wrong_password()
    limits.own_password_was_right(user_id)
    return account


def lock_proven(connection: Connection, account: Account, session: UUID | None) -> None:
    """Lock an account whose password was proven, if it is still the password, and the session has not ended.

    Raises Forbidden (WRONG_PASSWORD) if the password has changed since, and Unauthenticated if the account or the
    session has ended.
    """
    if not queries.lock_proven(connection, account.id, account.password_hash):
        raise wrong_password() if queries.find_own_account(connection, account.id) else account_is_gone()
    require_session(connection, account.id, session)


def wrong_password() -> Forbidden:
    """Return the error for a wrong password of an authenticated request."""
    return Forbidden("WRONG_PASSWORD", "This is not the password of your account; nothing was done.")
