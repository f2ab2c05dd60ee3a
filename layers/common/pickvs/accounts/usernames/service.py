"""Changes usernames."""

from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts.presence import lock_caller
from pickvs.accounts.proof import prove_password
from pickvs.accounts.telling import tell
from pickvs.accounts.usernames import queries
from pickvs.accounts.usernames.rules import CHANGE_INTERVAL, next_change
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import Conflict, FieldError

if TYPE_CHECKING:
    from pickvs.accounts.usernames.requests import WantedUsername


def change_username(user_id: int, session: UUID | None, wanted: "WantedUsername") -> None:
    """Give the account another username. The old one stays reserved for the user and leads to the new one.

    Another spelling of the same name in upper and lower case is no change that counts. Raises Conflict (USERNAME_TAKEN,
    USERNAME_CHANGED_RECENTLY, SESSION_UNKNOWN), Forbidden (WRONG_PASSWORD), TooManyRequests, and Unauthenticated if the
    account or the session has ended.
    """
    prove_password(user_id, session, wanted.password)
    with transaction() as connection:
        user = lock_caller(connection, user_id, session)
        at = clock.now()
        is_same = wanted.username.lower() == user.username.lower()
        due = None if is_same else next_change(queries.last_change(connection, user_id), at)
        if due is not None:
            detail = (
                f"A username changes once in {CHANGE_INTERVAL.days} days; yours may change again on {due:%Y-%m-%d}."
            )
            raise Conflict("USERNAME_CHANGED_RECENTLY", detail)
        if queries.is_taken(connection, wanted.username, user_id):
            raise username_taken()
        if not queries.rename(connection, user_id, wanted.username):
            raise username_taken()
        if not is_same:
            queries.take_back(connection, user_id, wanted.username)
            queries.give_up(connection, user_id, user.username, at)
            told = {"old_username": user.username, "username": wanted.username}
            tell(connection, user_id, "username_changed", at, data=told)


def username_taken() -> Conflict:
    """Return the error for a username that is, or was, somebody else's."""
    errors = (FieldError("username", "already in use, regardless of case"),)
    return Conflict("USERNAME_TAKEN", "This username is in use; choose another.", errors)
