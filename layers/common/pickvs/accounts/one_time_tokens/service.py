"""Issues one-time tokens, and takes them back.

A token is worth as much as a password while it lives. It is mailed and nowhere shown; only its hash is stored. It is
bound to its user, its purpose and the address to which it is mailed.
"""

import secrets
from datetime import datetime

from pickvs.accounts.one_time_tokens import queries
from pickvs.accounts.one_time_tokens.rules import LIFETIME, Purpose, hash_token
from pickvs.core.database import Connection
from pickvs.core.errors import Forbidden
from pickvs.notices.rules import EXPIRES_AT


def issue(connection: Connection, user_id: int, purpose: Purpose, address: str, at: datetime) -> str:
    """Return a new token to mail to `address`. Ends the user's earlier token of this purpose."""
    token = secrets.token_urlsafe(32)
    queries.put_token(
        connection,
        user_id=user_id,
        purpose=purpose,
        token_hash=hash_token(token),
        address=address,
        at=at,
        expires_at=at + LIFETIME[purpose],
    )
    return token


def told_with(purpose: Purpose, username: str, at: datetime) -> dict[str, str]:
    """Return the data of the notice that mails a token issued at `at`: it is not sent when the token has expired."""
    return {"username": username, EXPIRES_AT: (at + LIFETIME[purpose]).isoformat()}


def owner(connection: Connection, token: str, purpose: Purpose, at: datetime) -> int:
    """Return the id of the user to whom a valid token was issued, without using it.

    Raises Forbidden (INVALID_TOKEN).
    """
    user_id = queries.find_user(connection, hash_token(token), purpose, at)
    if user_id is None:
        raise invalid_token()
    return user_id


def use(connection: Connection, user_id: int, token: str, purpose: Purpose, at: datetime) -> str:
    """Use a token, and return the address to which it was mailed.

    Raises Forbidden (INVALID_TOKEN) if the user has no such token, or it has expired or been used, without saying
    which. A token is used when the transaction commits, so one that fails leaves it valid.
    """
    address = queries.take_token(connection, hash_token(token), user_id, purpose, at)
    if address is None:
        raise invalid_token()
    return address


def end(connection: Connection, user_id: int, purpose: Purpose, *, but_to: str | None = None) -> None:
    """End the user's token of this purpose, if there is one, unless it was mailed to the address `but_to`."""
    queries.delete_token(connection, user_id, purpose, but_to=but_to)


def invalid_token() -> Forbidden:
    """Return the error for a token that is not valid."""
    detail = "The token is not valid: it was used, has expired, or a newer one has taken its place. Ask for a new mail."
    return Forbidden("INVALID_TOKEN", detail)
