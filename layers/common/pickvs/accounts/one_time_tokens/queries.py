"""SQL for one-time tokens."""

from datetime import datetime

from psycopg.rows import scalar_row

from pickvs.accounts.one_time_tokens.rules import Purpose
from pickvs.core.database import Connection

# In place of the user's earlier token of this purpose, which thus ends.
_PUT = """
    INSERT INTO account_tokens (user_id, purpose, token_hash, address, issued_at, expires_at)
    VALUES (%(user)s, %(purpose)s, %(token_hash)s, %(address)s, %(at)s, %(expires_at)s)
    ON CONFLICT (user_id, purpose) DO UPDATE
    SET token_hash = excluded.token_hash, address = excluded.address, issued_at = excluded.issued_at,
        expires_at = excluded.expires_at
"""

_FIND_USER = "SELECT user_id FROM account_tokens WHERE token_hash = %s AND purpose = %s AND expires_at > %s"

# Of two that use it at once, the second waits and finds nothing.
_TAKE = """
    DELETE FROM account_tokens WHERE token_hash = %s AND user_id = %s AND purpose = %s AND expires_at > %s
    RETURNING address
"""

# SKIP LOCKED: does not wait for tokens that other transactions are changing.
_DELETE_EXPIRED = """
    DELETE FROM account_tokens
    WHERE token_hash IN (
      SELECT token_hash FROM account_tokens WHERE expires_at <= %s LIMIT %s FOR UPDATE SKIP LOCKED
    )
"""


def put_token(
    connection: Connection,
    *,
    user_id: int,
    purpose: Purpose,
    token_hash: bytes,
    address: str,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Store the hash of a token in place of the user's earlier one of this purpose."""
    values = {"user": user_id, "purpose": purpose, "token_hash": token_hash, "address": address}
    connection.execute(_PUT, values | {"at": at, "expires_at": expires_at})


def find_user(connection: Connection, token_hash: bytes, purpose: Purpose, at: datetime) -> int | None:
    """Return the id of the user of a token that is valid at `at`. None if there is no such token."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: int | None = cursor.execute(_FIND_USER, (token_hash, purpose, at)).fetchone()
    return found


def take_token(connection: Connection, token_hash: bytes, user_id: int, purpose: Purpose, at: datetime) -> str | None:
    """Delete the user's token, and return the address to which it was mailed. None if it is not valid at `at`."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: str | None = cursor.execute(_TAKE, (token_hash, user_id, purpose, at)).fetchone()
    return found


def delete_token(connection: Connection, user_id: int, purpose: Purpose, *, but_to: str | None) -> None:
    """Delete the user's token of this purpose, if there is one and it was not mailed to the address `but_to`."""
    statement = (
        "DELETE FROM account_tokens WHERE user_id = %s AND purpose = %s AND lower(address) IS DISTINCT FROM lower(%s)"
    )
    connection.execute(statement, (user_id, purpose, but_to))


def delete_expired(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` tokens that expired by `at`. Return the number deleted."""
    return connection.execute(_DELETE_EXPIRED, (at, most)).rowcount
