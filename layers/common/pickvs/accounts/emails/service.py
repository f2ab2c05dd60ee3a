"""Confirms and changes e-mail addresses."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts import queries
from pickvs.accounts.limits import service as limits
from pickvs.accounts.one_time_tokens import service as one_time_tokens
from pickvs.accounts.presence import lock_caller
from pickvs.accounts.queries import User
from pickvs.accounts.telling import tell
from pickvs.agenda import service as agenda
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict
from pickvs.notices.preferences.service import forget_address, lift_bounce
from pickvs.notices.service import DELIVER_NOTICES

if TYPE_CHECKING:
    from pickvs.accounts.emails.requests import Confirmation, WantedEmail


def mail_confirmation(
    connection: Connection, user_id: int, username: str, email: str, address: str, at: datetime
) -> None:
    """Mail a token to an e-mail address that the user claims. Does the same whether or not it is somebody else's.

    No mail goes to one that has had too many. Nobody is told; the delivery of notices is woken all the same, because
    the time that this takes would tell what others have asked for. address: source IP address of the request.
    """
    if limits.count_confirmation(connection, email, address, at):
        token = one_time_tokens.issue(connection, user_id, "confirm_email", email, at)
        data = one_time_tokens.told_with("confirm_email", username, at)
        tell(connection, user_id, "confirm_email", at, data=data, to=(email,), secret=token)
    agenda.wake(connection, DELIVER_NOTICES)


def change_email(user_id: int, session: UUID | None, wanted: "WantedEmail", address: str) -> None:
    """Mail a token to the wanted address. Until it is confirmed, the old address stays in force.

    No mail goes to an address that has had too many (see `mail_confirmation`).

    address: source IP address of the request. Raises Forbidden (WRONG_PASSWORD), TooManyRequests, Unauthenticated if
    the account or the session has ended, and Conflict (SESSION_UNKNOWN).
    """
    from pickvs.accounts.proof import prove_password  # confirming needs no password hashing

    prove_password(user_id, session, wanted.password)
    limits.admit_email_change(user_id, wanted.email)
    with transaction() as connection:
        user = lock_caller(connection, user_id, session)
        mail_confirmation(connection, user_id, user.username, wanted.email, address, clock.now())


def confirm_email(user_id: int, session: UUID | None, confirmation: "Confirmation") -> None:
    """Make the address to which the token was mailed the user's confirmed address.

    Raises Forbidden (INVALID_TOKEN), Conflict (EMAIL_TAKEN) if another account has confirmed the address,
    Unauthenticated if the account or the session has ended, and Conflict (SESSION_UNKNOWN).
    """
    with transaction() as connection:
        user = lock_caller(connection, user_id, session)
        at = clock.now()
        email = one_time_tokens.use(connection, user_id, confirmation.token, "confirm_email", at)
        if not take_email(connection, user_id, email, at):
            detail = "Another account has confirmed this e-mail address. Log in to it, or set another address."
            raise Conflict("EMAIL_TAKEN", detail)
        if email.lower() != user.email.lower():
            one_time_tokens.end(connection, user_id, "reset_password")
            if user.email_confirmed_at:
                forget_address(connection, user.email)
            _tell_of_change(connection, user, email, at)


def take_email(connection: Connection, user_id: int, email: str, at: datetime) -> bool:
    """Make this the user's confirmed address. False if another account has confirmed it.

    The caller holds the lock of the user's row.
    """
    queries.lock_email(connection, email)
    if queries.is_confirmed_by_another(connection, email, user_id):
        return False
    queries.confirm_email(connection, user_id, email, at)
    lift_bounce(connection, email)
    return True


def _tell_of_change(connection: Connection, user: User, email: str, at: datetime) -> None:
    """Tell the old address and the new one. An old address that was never confirmed may be a stranger's."""
    told = (user.email, email) if user.email_confirmed_at else (email,)
    tell(connection, user.id, "email_changed", at, data={"username": user.username}, to=told)
