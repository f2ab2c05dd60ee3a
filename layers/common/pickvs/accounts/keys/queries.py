"""SQL for API keys."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import scalar_row
from psycopg.sql import SQL

from pickvs.accounts.keys.rules import KeyScope
from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_COLUMNS = SQL("id, name, prefix, scopes, created_at, last_used_at, expires_at, revoked_at")

_COUNT_LIVING = SQL("""
    SELECT count(*) FROM api_keys
    WHERE user_id = %s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s)
""")

_INSERT = SQL("""
    INSERT INTO api_keys (user_id, name, prefix, key_hash, scopes, created_at, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    RETURNING {columns}
""").format(columns=_COLUMNS)

_PAGE = SQL("SELECT {columns} FROM api_keys WHERE user_id = %s AND id < %s ORDER BY id DESC LIMIT %s").format(
    columns=_COLUMNS
)

_FIND = SQL("SELECT {columns} FROM api_keys WHERE user_id = %s AND id = %s").format(columns=_COLUMNS)

_REVOKE = SQL("""
    UPDATE api_keys SET revoked_at = coalesce(revoked_at, greatest(%s, created_at))
    WHERE user_id = %s AND id = %s
    RETURNING id
""")

_REVOKE_ALL = SQL("""
    UPDATE api_keys SET revoked_at = greatest(%(at)s, created_at)
    WHERE user_id = %(user)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(at)s)
""")

_HOLDER = SQL("""
    SELECT key.id AS key_id, key.user_id, owner.username, key.scopes, key.last_used_at, key.expires_at, key.revoked_at
    FROM api_keys key
    JOIN users owner ON owner.id = key.user_id AND owner.erased_at IS NULL
    WHERE key.key_hash = %s
""")

# SKIP LOCKED: a request must not wait to record the use of its key.
_NOTE_USE = SQL("""
    UPDATE api_keys SET last_used_at = greatest(%(at)s, created_at)
    WHERE id = (
      SELECT id FROM api_keys
      WHERE id = %(key)s AND last_used_at IS NOT DISTINCT FROM %(before)s
      FOR NO KEY UPDATE SKIP LOCKED
    )
""")


class KeyRow(TableRow, frozen=True):
    """An API key as returned to its owner."""

    id: int
    name: str
    prefix: str
    scopes: list[KeyScope]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


class Holder(TableRow, frozen=True):
    """The owner of an API key, and the fields that determine its validity."""

    key_id: int
    user_id: int
    username: str
    scopes: list[KeyScope]
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


def count_living(connection: Connection, user_id: int, at: datetime) -> int:
    """Return the number of the user's keys that are valid at `at`."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return int(cursor.execute(_COUNT_LIVING, (user_id, at)).fetchone() or 0)


def insert_key(
    connection: Connection,
    *,
    user_id: int,
    name: str,
    prefix: str,
    key_hash: bytes,
    scopes: Sequence[KeyScope],
    created_at: datetime,
    expires_at: datetime | None,
) -> KeyRow:
    """Insert a key and return its row."""
    with connection.cursor(row_factory=row_of(KeyRow)) as cursor:
        cursor.execute(_INSERT, (user_id, name, prefix, key_hash, list(scopes), created_at, expires_at))
        [row] = cursor.fetchall()
    return row


def keys_of(connection: Connection, user_id: int, *, before: int, limit: int) -> list[KeyRow]:
    """Return up to `limit` of the user's keys with ids below `before`, newest first."""
    with connection.cursor(row_factory=row_of(KeyRow)) as cursor:
        return cursor.execute(_PAGE, (user_id, before, limit)).fetchall()


def find_key(connection: Connection, user_id: int, key_id: int) -> KeyRow | None:
    """Return the user's key with this id. None if the user has no such key."""
    with connection.cursor(row_factory=row_of(KeyRow)) as cursor:
        return cursor.execute(_FIND, (user_id, key_id)).fetchone()


def revoke_key(connection: Connection, user_id: int, key_id: int, at: datetime) -> bool:
    """Revoke the user's key permanently. False if the user has no key with this id."""
    return connection.execute(_REVOKE, (at, user_id, key_id)).fetchone() is not None


def revoke_all_keys(connection: Connection, user_id: int, at: datetime) -> int:
    """Revoke all the user's keys that are valid at `at`, permanently. Return their number."""
    return connection.execute(_REVOKE_ALL, {"user": user_id, "at": at}).rowcount


def find_holder(connection: Connection, key_hash: bytes) -> Holder | None:
    """Return the owner of the key with this hash. None if the key is unknown or the account has been erased."""
    with connection.cursor(row_factory=row_of(Holder)) as cursor:
        return cursor.execute(_HOLDER, (key_hash,)).fetchone()


def note_use(connection: Connection, key_id: int, *, before: datetime | None, at: datetime) -> None:
    """Record the use of a key. Does nothing if another request has recorded one since `before`, or is recording one."""
    connection.execute(_NOTE_USE, {"key": key_id, "before": before, "at": at})
