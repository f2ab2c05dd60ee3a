"""The SQL of accounts and sessions."""

from datetime import datetime
from uuid import UUID

from psycopg.rows import scalar_row

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of


class Account(TableRow, frozen=True):
    """A user as login sees one."""

    id: int
    username: str
    role: str
    password_hash: str


class User(TableRow, frozen=True):
    """A user as everybody but login sees one."""

    id: int
    username: str
    email: str
    role: str
    created_at: datetime


class RefreshToken(TableRow, frozen=True):
    """What is known of a refresh token besides its hash."""

    family_id: UUID
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


# One that changes between the choice and the deletion is skipped while it is locked.
_DELETE_ENDED = """
    DELETE FROM refresh_tokens
    WHERE token_hash IN (
      SELECT token_hash FROM refresh_tokens WHERE least(expires_at, revoked_at) <= %(before)s
      LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
"""

# The other unused tokens of a family are the answers to requests that were sent twice: whoever goes on with one of them
# leaves the others behind, so that a copy cannot live on beside it unseen.
_USE = """
    WITH used AS (
      UPDATE refresh_tokens SET used_at = greatest(%(at)s, issued_at)
      WHERE token_hash = %(token_hash)s AND used_at IS NULL AND revoked_at IS NULL AND expires_at > %(at)s
      RETURNING token_hash, family_id
    ), left_behind AS (
      UPDATE refresh_tokens other SET used_at = greatest(%(at)s, other.issued_at)
      FROM used
      WHERE other.family_id = used.family_id AND other.token_hash <> used.token_hash AND other.used_at IS NULL
    )
    SELECT family_id FROM used
"""


def insert_user(connection: Connection, *, username: str, email: str, password_hash: str, at: datetime) -> int:
    """Store a new user and return the id.

    Raises psycopg.errors.UniqueViolation, which names the index, when the username or the address is in use.
    """
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(
            "INSERT INTO users (username, email, password_hash, created_at) VALUES (%s, %s, %s, %s) RETURNING id",
            (username, email, password_hash, at),
        )
        [user_id] = cursor.fetchall()
    return int(user_id)


def find_account(connection: Connection, email: str) -> Account | None:
    """Return the account with this e-mail address, in whatever case it is written."""
    with connection.cursor(row_factory=row_of(Account)) as cursor:
        return cursor.execute(
            "SELECT id, username, role, password_hash FROM users WHERE lower(email) = lower(%s)", (email,)
        ).fetchone()


def find_user(connection: Connection, user_id: int) -> User | None:
    """Return the user with this id; None for one whose account is erased."""
    with connection.cursor(row_factory=row_of(User)) as cursor:
        return cursor.execute(
            "SELECT id, username, email, role, created_at FROM users WHERE id = %s AND erased_at IS NULL", (user_id,)
        ).fetchone()


def hold_account(connection: Connection, user_id: int) -> bool:
    """Tell whether the user has an account, and if so keep it from being erased until the transaction ends.

    For whatever is stored on behalf of a user: their access token lives on after an erasure, and may be used in the
    very moment of one. Others who hold the account do not wait for each other.
    """
    held = connection.execute("SELECT FROM users WHERE id = %s AND erased_at IS NULL FOR SHARE", (user_id,))
    return held.rowcount == 1


def lock_user(connection: Connection, user_id: int) -> bool:
    """Wait for whatever else changes this user's sessions; from here on nothing does until the transaction ends.

    Without it, a token that is issued while its session is revoked would outlive the revocation. False: there is no
    account any more.
    """
    locked = connection.execute("SELECT FROM users WHERE id = %s AND erased_at IS NULL FOR NO KEY UPDATE", (user_id,))
    return locked.rowcount == 1


def lock_owner(connection: Connection, token_hash: bytes) -> User | None:
    """Return to whom a refresh token belongs, locked as by `lock_user`; None for a token that nobody has."""
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
    """Store `new` for the user, unless the password has changed since `old` was read."""
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
    """Store the hash of a refresh token; the tokens that follow one another from one login are a family."""
    connection.execute(
        "INSERT INTO refresh_tokens (token_hash, user_id, family_id, issued_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (token_hash, user_id, family_id, issued_at, expires_at),
    )


def use_refresh_token(connection: Connection, token_hash: bytes, at: datetime) -> UUID | None:
    """Use up a refresh token that is good at `at`, and return its family; None when it is not good (any more)."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: UUID | None = cursor.execute(_USE, {"token_hash": token_hash, "at": at}).fetchone()
    return found


def find_refresh_token(connection: Connection, token_hash: bytes) -> RefreshToken | None:
    """Return what is known of the refresh token with this hash."""
    with connection.cursor(row_factory=row_of(RefreshToken)) as cursor:
        return cursor.execute(
            "SELECT family_id, expires_at, used_at, revoked_at FROM refresh_tokens WHERE token_hash = %s", (token_hash,)
        ).fetchone()


def revoke_sessions(connection: Connection, user_id: int, family_id: UUID | None, at: datetime) -> None:
    """Revoke the refresh tokens of one session of the user, or with no `family_id` of all. Needs `lock_user` before."""
    connection.execute(
        """
        UPDATE refresh_tokens SET revoked_at = greatest(%(at)s, issued_at)
        WHERE user_id = %(user)s AND revoked_at IS NULL AND (%(family)s::uuid IS NULL OR family_id = %(family)s)
        """,
        {"user": user_id, "family": family_id, "at": at},
    )


def delete_ended_tokens(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` refresh tokens that expired or were revoked by then; return how many."""
    return connection.execute(_DELETE_ENDED, {"before": before, "most": most}).rowcount
