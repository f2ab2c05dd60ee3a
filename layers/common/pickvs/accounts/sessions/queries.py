"""SQL for sessions and their refresh tokens."""

from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import scalar_row

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of


class RefreshToken(TableRow, frozen=True):
    """State of a refresh token."""

    family_id: UUID
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    closed_at: datetime | None


class SessionRow(TableRow, frozen=True):
    """A session that can go on. last_used_at: when its last refresh token was issued."""

    id: UUID
    device: str | None
    created_at: datetime
    last_used_at: datetime


# SKIP LOCKED: does not wait for tokens that other transactions are changing.
_DELETE_ENDED = """
    DELETE FROM refresh_tokens
    WHERE token_hash IN (
      SELECT token_hash FROM refresh_tokens WHERE least(expires_at, revoked_at) <= %(before)s
      LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
"""

# Using a token closes all others of its family: its parent, whose answer has thus arrived, and the unused tokens of the
# parent's other answers. Tokens used before `graced` are not written, because no grace applies to them any more.
_USE = """
    WITH used AS (
      UPDATE refresh_tokens SET used_at = greatest(%(at)s, issued_at)
      WHERE token_hash = %(token_hash)s AND used_at IS NULL AND revoked_at IS NULL AND expires_at > %(at)s
      RETURNING token_hash, family_id
    ), others AS (
      UPDATE refresh_tokens other
      SET used_at = coalesce(other.used_at, greatest(%(at)s, other.issued_at)),
          closed_at = greatest(%(at)s, other.issued_at)
      FROM used
      WHERE other.family_id = used.family_id AND other.token_hash <> used.token_hash
        AND other.closed_at IS NULL AND (other.used_at IS NULL OR other.used_at > %(graced)s)
    )
    SELECT family_id FROM used
"""

_CLOSE_UNUSED = """
    UPDATE refresh_tokens SET used_at = greatest(%(at)s, issued_at), closed_at = greatest(%(at)s, issued_at)
    WHERE family_id = %(family)s AND used_at IS NULL
"""

# A session's first tokens are deleted in time, so each token says when the session was opened.
_INSERT = """
    INSERT INTO refresh_tokens (token_hash, user_id, family_id, issued_at, expires_at, opened_at, device)
    SELECT %(token_hash)s, %(user)s, %(family)s, %(at)s, %(expires_at)s,
           least(min(coalesce(opened_at, issued_at)), %(at)s), coalesce(%(device)s, max(device))
    FROM refresh_tokens
    WHERE family_id = %(family)s
"""

_REVOKE = """
    UPDATE refresh_tokens SET revoked_at = greatest(%(at)s, issued_at)
    WHERE user_id = %(user)s AND revoked_at IS NULL
      AND (%(family)s::uuid IS NULL OR family_id = %(family)s) AND family_id IS DISTINCT FROM %(but)s::uuid
"""

_LIVING = """
    SELECT *
    FROM (
      SELECT DISTINCT ON (family_id) family_id AS id, device, coalesce(opened_at, issued_at) AS created_at,
             issued_at AS last_used_at
      FROM refresh_tokens
      WHERE user_id = %(user)s AND revoked_at IS NULL AND expires_at > %(at)s
      ORDER BY family_id, issued_at DESC
    ) session
    ORDER BY last_used_at DESC, id
    LIMIT %(limit)s
"""


def insert_refresh_token(
    connection: Connection,
    *,
    token_hash: bytes,
    user_id: int,
    family_id: UUID,
    issued_at: datetime,
    expires_at: datetime,
    device: str | None,
) -> None:
    """Insert the hash of a refresh token. All tokens that descend from one login form a family, which is the session.

    device: None if the client does not name itself; then it is that of the session's earlier tokens.
    """
    values = {"token_hash": token_hash, "user": user_id, "family": family_id}
    connection.execute(_INSERT, values | {"at": issued_at, "expires_at": expires_at, "device": device})


def use_refresh_token(connection: Connection, token_hash: bytes, at: datetime, *, grace: timedelta) -> UUID | None:
    """Mark a refresh token as used, close the others of its family, and return the family.

    None if the token is unknown, used, revoked or expired at `at`. grace: time after its use in which a token that is
    not closed may be used again.
    """
    values = {"token_hash": token_hash, "at": at, "graced": at - grace}
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: UUID | None = cursor.execute(_USE, values).fetchone()
    return found


def close_unused_tokens(connection: Connection, family_id: UUID, at: datetime) -> None:
    """Mark the unused refresh tokens of a family as used, and close them: their use would be the use of a copy."""
    connection.execute(_CLOSE_UNUSED, {"family": family_id, "at": at})


def find_refresh_token(connection: Connection, token_hash: bytes) -> RefreshToken | None:
    """Return the state of the refresh token with this hash. None if it is unknown."""
    with connection.cursor(row_factory=row_of(RefreshToken)) as cursor:
        return cursor.execute(
            "SELECT family_id, expires_at, used_at, revoked_at, closed_at FROM refresh_tokens WHERE token_hash = %s",
            (token_hash,),
        ).fetchone()


def revoke_sessions(
    connection: Connection, user_id: int, family_id: UUID | None, at: datetime, *, but: UUID | None = None
) -> bool:
    """Revoke the refresh tokens of one of the user's sessions; of all sessions if `family_id` is None, except `but`.

    Returns whether there was any. The caller must hold the lock of `accounts.queries.lock_user`.
    """
    values = {"user": user_id, "family": family_id, "but": but, "at": at}
    return connection.execute(_REVOKE, values).rowcount > 0


def living_sessions(connection: Connection, user_id: int, at: datetime, *, limit: int) -> list[SessionRow]:
    """Return up to `limit` of the user's sessions that can go on at `at`, last used first."""
    with connection.cursor(row_factory=row_of(SessionRow)) as cursor:
        return cursor.execute(_LIVING, {"user": user_id, "at": at, "limit": limit}).fetchall()


def delete_ended_tokens(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` refresh tokens that expired or were revoked by `before`. Return the number deleted."""
    return connection.execute(_DELETE_ENDED, {"before": before, "most": most}).rowcount
