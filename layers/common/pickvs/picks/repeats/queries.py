"""The SQL of remembering answers."""

from datetime import datetime
from typing import Any

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_ONE_AT_A_TIME = SQL("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-idempotency:' || %s || ':' || %s, 0))")

_FORGET = SQL("DELETE FROM idempotency_keys WHERE user_id = %s AND made_at < %s")

# A key that is used again between the choice and the deletion is another row by then.
_DELETE_OUTLIVED = SQL("""
    DELETE FROM idempotency_keys
    WHERE (user_id, key) IN (
      SELECT user_id, key FROM idempotency_keys WHERE made_at < %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
""")

_FIND = SQL("SELECT body_hash, answer FROM idempotency_keys WHERE user_id = %s AND key = %s")

_REMEMBER = SQL("INSERT INTO idempotency_keys (user_id, key, body_hash, answer, made_at) VALUES (%s, %s, %s, %s, %s)")


class Remembered(TableRow, frozen=True):
    """What was answered, and the digest of what had been asked."""

    body_hash: bytes
    answer: dict[str, Any]


def lock_key(connection: Connection, user_id: int, key: str) -> None:
    """Wait until no other transaction works under this user's key, and hold it until this one ends."""
    connection.execute(_ONE_AT_A_TIME, (str(user_id), key))


def forget(connection: Connection, user_id: int, before: datetime) -> None:
    """Delete what was remembered for the user before that moment."""
    connection.execute(_FORGET, (user_id, before))


def find(connection: Connection, user_id: int, key: str) -> Remembered | None:
    """Return what is remembered under the user's key."""
    with connection.cursor(row_factory=row_of(Remembered)) as cursor:
        return cursor.execute(_FIND, (user_id, key)).fetchone()


def remember(connection: Connection, user_id: int, key: str, found: Remembered, at: datetime) -> None:
    """Store an answer under the user's key, which must be free."""
    connection.execute(_REMEMBER, (user_id, key, found.body_hash, Jsonb(found.answer), at))


def delete_outlived(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` answers, of all users, that were given before that moment; return how many."""
    return connection.execute(_DELETE_OUTLIVED, {"before": before, "most": most}).rowcount
