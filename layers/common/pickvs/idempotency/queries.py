"""SQL for stored responses."""

from datetime import datetime
from typing import Any

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_ONE_AT_A_TIME = SQL("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-idempotency:' || %s || ':' || %s, 0))")

_FORGET = SQL("DELETE FROM idempotency_keys WHERE user_id = %s AND made_at < %s")

# SKIP LOCKED: a key that is reused at this moment is being replaced by another row.
_DELETE_OUTLIVED = SQL("""
    DELETE FROM idempotency_keys
    WHERE (user_id, key) IN (
      SELECT user_id, key FROM idempotency_keys WHERE made_at < %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
""")

_FIND = SQL("SELECT body_hash, answer FROM idempotency_keys WHERE user_id = %s AND key = %s")

_REMEMBER = SQL("INSERT INTO idempotency_keys (user_id, key, body_hash, answer, made_at) VALUES (%s, %s, %s, %s, %s)")


class Remembered(TableRow, frozen=True):
    """A stored response, with the digest of its request."""

    body_hash: bytes
    answer: dict[str, Any]


def lock_key(connection: Connection, user_id: int, key: str) -> None:
    """Lock the user's key until the transaction ends. Waits for other transactions that hold it."""
    connection.execute(_ONE_AT_A_TIME, (str(user_id), key))


def forget(connection: Connection, user_id: int, before: datetime) -> None:
    """Delete the user's responses stored before that moment."""
    connection.execute(_FORGET, (user_id, before))


def find(connection: Connection, user_id: int, key: str) -> Remembered | None:
    """Return the response stored under the user's key. None if there is none."""
    with connection.cursor(row_factory=row_of(Remembered)) as cursor:
        return cursor.execute(_FIND, (user_id, key)).fetchone()


def remember(connection: Connection, user_id: int, key: str, found: Remembered, at: datetime) -> None:
    """Store a response under the user's key, which must be unused."""
    connection.execute(_REMEMBER, (user_id, key, found.body_hash, Jsonb(found.answer), at))


def delete_outlived(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` responses of all users stored before that moment. Return the number deleted."""
    return connection.execute(_DELETE_OUTLIVED, {"before": before, "most": most}).rowcount
