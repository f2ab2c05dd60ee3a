"""The SQL of accounts and sessions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row, scalar_row

from pickvs.core.database import Connection


@dataclass(frozen=True, slots=True)
class Account:
    """A user as login sees one."""

    id: int
    username: str
    role: str
    password_hash: str


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
    with connection.cursor(row_factory=class_row(Account)) as cursor:
        return cursor.execute(
            "SELECT id, username, role, password_hash FROM users WHERE lower(email) = lower(%s)", (email,)
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
