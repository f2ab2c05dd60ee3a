"""SQL for accounts."""

from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation
from psycopg.rows import scalar_row
from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of


class Account(TableRow, frozen=True):
    """A user with the password hash, for login and proofs only.

    email_confirmed: whether the e-mail address is this account's. If not, others may claim it as well, or own it.
    """

    id: int
    username: str
    email: str
    role: str
    password_hash: str
    email_confirmed: bool


class User(TableRow, frozen=True):
    """A user without the password hash."""

    id: int
    username: str
    email: str
    email_confirmed_at: datetime | None
    role: str
    created_at: datetime


_ACCOUNT = SQL("""
    SELECT id, username, email, role, password_hash, email_confirmed_at IS NOT NULL AS email_confirmed FROM users
""")

# One account at most has confirmed an address, so the last of several is the newest of those that have not.
_BY_EMAIL = SQL("""
    WITH claim AS (
      SELECT id, row_number() OVER (ORDER BY email_confirmed_at IS NULL, id) AS place, count(*) OVER () AS claims
      FROM users
      WHERE lower(email) = lower(%s)
    )
    {account} JOIN claim USING (id) WHERE place IN (1, claims) ORDER BY place
""").format(account=_ACCOUNT)
_BY_USERNAME = SQL("{account} WHERE lower(username) = lower(%s) AND erased_at IS NULL").format(account=_ACCOUNT)
_BY_ID = SQL("{account} WHERE id = %s AND erased_at IS NULL").format(account=_ACCOUNT)

# A violated index would put the name into the database's log, where no erasure reaches it.
_INSERT_USER = """
    INSERT INTO users (username, email, password_hash, created_at)
    SELECT %(username)s, %(email)s, %(password_hash)s, %(at)s
    WHERE NOT EXISTS (SELECT FROM former_usernames WHERE lower(username) = lower(%(username)s))
    ON CONFLICT DO NOTHING
    RETURNING id
"""

_IS_SESSION_LIVING = """
    SELECT EXISTS (SELECT FROM refresh_tokens WHERE family_id = %s AND user_id = %s AND revoked_at IS NULL)
"""

_IS_KEY_LIVING = """
    SELECT EXISTS (
      SELECT FROM api_keys
      WHERE id = %s AND user_id = %s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s)
    )
"""

_IS_CONFIRMED_BY_ANOTHER = """
    SELECT EXISTS (
      SELECT FROM users WHERE lower(email) = lower(%s) AND email_confirmed_at IS NOT NULL AND id <> %s
    )
"""


def insert_user(connection: Connection, *, username: str, email: str, password_hash: str, at: datetime) -> int | None:
    """Insert a user and return the id. None if the username is in use or somebody's former one, regardless of case.

    Waits for others that register the same name. If None is returned, the transaction must end.
    """
    values = {"username": username, "email": email, "password_hash": password_hash, "at": at}
    try:
        with connection.cursor(row_factory=scalar_row) as cursor:
            user_id = cursor.execute(_INSERT_USER, values).fetchone()
    except UniqueViolation:  # another transaction has just given the name up, and it stays reserved
        return None
    return None if user_id is None else int(user_id)


def find_accounts(connection: Connection, login: str) -> list[Account]:
    """Return the accounts that a login name leads to, ignoring case: one by username, up to two by e-mail address.

    By e-mail address, the first is the account that has confirmed the address; if there is none, the oldest account
    that claims it. The second is the newest other claimant. See `accounts.emails` for the reason.
    """
    with connection.cursor(row_factory=row_of(Account)) as cursor:
        return cursor.execute(_BY_EMAIL if "@" in login else _BY_USERNAME, (login,)).fetchall()


def find_own_account(connection: Connection, user_id: int) -> Account | None:
    """Return the account with this id. None if there is none, or it has been erased."""
    with connection.cursor(row_factory=row_of(Account)) as cursor:
        return cursor.execute(_BY_ID, (user_id,)).fetchone()


def find_user(connection: Connection, user_id: int) -> User | None:
    """Return the user with this id. None if there is none, or the account has been erased."""
    with connection.cursor(row_factory=row_of(User)) as cursor:
        return cursor.execute(
            "SELECT id, username, email, email_confirmed_at, role, created_at FROM users"
            " WHERE id = %s AND erased_at IS NULL",
            (user_id,),
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


def lock_proven(connection: Connection, user_id: int, password_hash: str) -> bool:
    """Lock the user's row as `lock_user` does, if the password is still the one that was verified.

    False if it has changed or the account has been erased. A password is verified before the lock, because hashing
    takes long; meanwhile a reset may have ended all that the old one may open.
    """
    statement = "SELECT FROM users WHERE id = %s AND password_hash = %s AND erased_at IS NULL FOR NO KEY UPDATE"
    return connection.execute(statement, (user_id, password_hash)).rowcount == 1


def lock_owner(connection: Connection, token_hash: bytes) -> User | None:
    """Return the owner of a refresh token and lock the row (see `lock_user`). None if the token is unknown."""
    with connection.cursor(row_factory=row_of(User)) as cursor:
        return cursor.execute(
            """
            SELECT users.id, username, email, email_confirmed_at, role, created_at
            FROM refresh_tokens token
            JOIN users ON users.id = token.user_id
            WHERE token.token_hash = %s AND users.erased_at IS NULL
            FOR NO KEY UPDATE OF users
            """,
            (token_hash,),
        ).fetchone()


def replace_password_hash(connection: Connection, user_id: int, *, old: str, new: str) -> bool:
    """Replace the user's password hash `old` by `new`. Does nothing if the password has changed in the meantime.

    Returns whether it was replaced.
    """
    query = "UPDATE users SET password_hash = %s WHERE id = %s AND password_hash = %s"
    return connection.execute(query, (new, user_id, old)).rowcount == 1


def set_password_hash(connection: Connection, user_id: int, new: str) -> None:
    """Set the user's password hash, whatever it was."""
    connection.execute("UPDATE users SET password_hash = %s WHERE id = %s", (new, user_id))


def lock_email(connection: Connection, email: str) -> None:
    """Wait for other transactions that confirm this address, and make them wait until this one ends.

    Otherwise the second one would violate the index, which would put the address into the database's log.
    """
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(lower(%s), 0))", (email,))


def is_confirmed_by_another(connection: Connection, email: str, user_id: int) -> bool:
    """Return whether another account than the user's has confirmed this address."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return bool(cursor.execute(_IS_CONFIRMED_BY_ANOTHER, (email, user_id)).fetchone())


def confirm_email(connection: Connection, user_id: int, email: str, at: datetime) -> None:
    """Make this the user's confirmed address. The caller holds the lock of `lock_email`, and has found it free."""
    query = "UPDATE users SET email = %s, email_confirmed_at = greatest(%s, created_at) WHERE id = %s"
    connection.execute(query, (email, at, user_id))


def is_session_living(connection: Connection, user_id: int, session: UUID) -> bool:
    """Return whether the user's session has not been ended."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return bool(cursor.execute(_IS_SESSION_LIVING, (session, user_id)).fetchone())


def is_key_living(connection: Connection, user_id: int, key_id: int, at: datetime) -> bool:
    """Return whether the user's API key is neither revoked nor expired at `at`."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return bool(cursor.execute(_IS_KEY_LIVING, (key_id, user_id, at)).fetchone())
