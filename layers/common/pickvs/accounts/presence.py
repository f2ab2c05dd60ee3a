"""Checks that the caller may still act: that the account exists, and that the session or API key has not ended.

Access tokens outlive their session and their account, and the gateway remembers keys. So whoever stores something on
behalf of a user calls one of these functions first, before taking any other lock. Whoever ends an account, a session or
a key locks the user's row. Light on imports.
"""

from uuid import UUID

from pickvs.accounts import queries
from pickvs.accounts.queries import User
from pickvs.core import clock
from pickvs.core.database import Connection
from pickvs.core.errors import Conflict, Unauthenticated


def hold_account(connection: Connection, user_id: int) -> None:
    """Prevent the erasure of the user's account until the transaction ends.

    Raises Unauthenticated if the account has been erased.
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


def hold_caller(connection: Connection, user_id: int, *, session: UUID | None, api_key_id: int | None) -> None:
    """Prevent the end of the user's account, and of the session or API key in use, until the transaction ends.

    session, api_key_id: both None for an access token of the previous release, which does not name its session. Raises
    Unauthenticated if one of them has ended.
    """
    hold_account(connection, user_id)
    require_session(connection, user_id, session)
    if api_key_id is not None and not queries.is_key_living(connection, user_id, api_key_id, clock.now()):
        raise Unauthenticated("UNAUTHENTICATED", "This API key was revoked or has expired.")


def lock_caller(connection: Connection, user_id: int, session: UUID | None) -> User:
    """Lock the user's account for a change of it, and return the user.

    Raises Unauthenticated if the account or the session has ended, and Conflict (SESSION_UNKNOWN) for an access token
    of the previous release, which does not name its session.
    """
    if session is None:
        raise Conflict("SESSION_UNKNOWN", "This access token does not name its session. Refresh it first.")
    if not queries.lock_user(connection, user_id):
        raise account_is_gone()
    require_session(connection, user_id, session)
    return present_user(connection, user_id)


def require_session(connection: Connection, user_id: int, session: UUID | None) -> None:
    """Raise Unauthenticated if the session has ended. None: the access token of the previous release names none.

    Holds until the transaction ends only for a caller that holds or locks the account.
    """
    if session is not None and not queries.is_session_living(connection, user_id, session):
        raise Unauthenticated("UNAUTHENTICATED", "The session of this token has ended; log in again.")


def present_user(connection: Connection, user_id: int) -> User:
    """Return the user. Raises Unauthenticated if the account has been erased."""
    user = queries.find_user(connection, user_id)
    if user is None:
        raise account_is_gone()
    return user


def account_is_gone() -> Unauthenticated:
    """Return the error for a token whose account has been erased."""
    return Unauthenticated("UNAUTHENTICATED", "The account of this token no longer exists.")
