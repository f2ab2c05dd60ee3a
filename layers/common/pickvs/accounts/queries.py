"""SQL for accounts and sessions."""

from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import scalar_row

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of


class Account(TableRow, frozen=True):
    """A user with the password hash, for login only."""

    id: int
    username: str
    role: str
    password_hash: str


class User(TableRow, frozen=True):
    """A user without the password hash."""

    id: int
    username: str
    email: str
    role: str
    created_at: datetime


class RefreshToken(TableRow, frozen=True):
    """State of a refresh token."""

    family_id: UUID
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    closed_at: datetime | None


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


# A violated index would put name and address into the database's log, where no erasure reaches them.
_INSERT_USER = """
    INSERT INTO users (username, email, password_hash, created_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT DO NOTHING
    RETURNING id
"""

_IS_TAKEN = "SELECT EXISTS (SELECT FROM users WHERE lower(username) = lower(%s))"


def insert_user(connection: Connection, *, username: str, email: str, password_hash: str, at: datetime) -> int | None:
    """Insert a user and return the id. None if the username or the e-mail address is in use, regardless of case.

    Waits for others that register the same name or address.
    """
    with connection.cursor(row_factory=scalar_row) as cursor:
        user_id = cursor.execute(_INSERT_USER, (username, email, password_hash, at)).fetchone()
    return None if user_id is None else int(user_id)


def is_username_taken(connection: Connection, username: str) -> bool:
    """Return whether an account has the username, regardless of case."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return bool(cursor.execute(_IS_TAKEN, (username,)).fetchone())


def find_account(connection: Connection, email: str) -> Account | None:
    """Return the account with this e-mail address, ignoring case. None if there is none."""
    with connection.cursor(row_factory=row_of(Account)) as cursor:
        return cursor.execute(
            "SELECT id, username, role, password_hash FROM users WHERE lower(email) = lower(%s)", (email,)
        ).fetchone()


def find_user(connection: Connection, user_id: int) -> User | None:
    """Return the user with this id. None if there is none, or the account has been erased."""
    with connection.cursor(row_factory=row_of(User)) as cursor:
        return cursor.execute(
            "SELECT id, username, email, role, created_at FROM users WHERE id = %s AND erased_at IS NULL", (user_id,)
        ).fetchone()


def hold_account(connection: Connection, user_id: int) -> bool:
    """Lock the user's row against erasure until the transaction ends. False if the account has been erased.

    Required before anything is stored on behalf of a user, because access tokens outlive an erasure and may be used
    during one. The lock is shared: transactions that hold it do not block each other.
    """
    held = connection.execute("SELECT FROM users WHERE id = %s AND erased_at IS NULL FOR SHARE", (user_id,))
    return held.rowcount == 1


def lock_user(connection: Connection, user_id: int) -> bool:
    """Lock the user's row against other changes of the user's sessions. False if the account has been erased.

    Without the lock, a token issued during a revocation of its session would survive it.
    """
    locked = connection.execute("SELECT FROM users WHERE id = %s AND erased_at IS NULL FOR NO KEY UPDATE", (user_id,))
    return locked.rowcount == 1


def lock_owner(connection: Connection, token_hash: bytes) -> User | None:
    """Return the owner of a refresh token and lock the row (see `lock_user`). None if the token is unknown."""
    with connection.cursor(row_factory=row_of(User)) as cursor:
        return cursor.execute(
            """
            SELECT users.id, username, email, role, created_at
            FROM refresh_tokens token
            JOIN users ON users.id = token.user_id
            WHERE token.token_hash = %s AND users.erased_at IS NULL
            FOR NO KEY UPDATE OF users
            """,
            (token_hash,),
        ).fetchone()


def replace_password_hash(connection: Connection, user_id: int, *, old: str, new: str) -> None:
    """Replace the user's password hash `old` by `new`. Does nothing if the password has changed in the meantime."""
    connection.execute("UPDATE users SET password_hash = %s WHERE id = %s AND password_hash = %s", (new, user_id, old))


def insert_refresh_token(
    connection: Connection,
    *,
    token_hash: bytes,
    user_id: int,
    family_id: UUID,
    issued_at: datetime,
    expires_at: datetime,
) -> None:
    """Insert the hash of a refresh token. All tokens that descend from one login form a family."""
    connection.execute(
        "INSERT INTO refresh_tokens (token_hash, user_id, family_id, issued_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (token_hash, user_id, family_id, issued_at, expires_at),
    )


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


def revoke_sessions(connection: Connection, user_id: int, family_id: UUID | None, at: datetime) -> None:
    """Revoke the refresh tokens of one of the user's sessions; of all sessions if `family_id` is None.

    The caller must hold the lock of `lock_user`.
    """
    connection.execute(
        """
        UPDATE refresh_tokens SET revoked_at = greatest(%(at)s, issued_at)
        WHERE user_id = %(user)s AND revoked_at IS NULL AND (%(family)s::uuid IS NULL OR family_id = %(family)s)
        """,
        {"user": user_id, "family": family_id, "at": at},
    )


def delete_ended_tokens(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` refresh tokens that expired or were revoked by `before`. Return the number deleted."""
    return connection.execute(_DELETE_ENDED, {"before": before, "most": most}).rowcount
