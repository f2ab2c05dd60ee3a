"""SQL for usernames and former usernames."""

from datetime import datetime

from psycopg.errors import UniqueViolation
from psycopg.rows import scalar_row

from pickvs.core.database import Connection

_IS_TAKEN = """
    SELECT EXISTS (SELECT FROM users WHERE lower(username) = lower(%(username)s) AND id <> %(user)s)
        OR EXISTS (SELECT FROM former_usernames WHERE lower(username) = lower(%(username)s) AND user_id <> %(user)s)
"""


def is_taken(connection: Connection, username: str, user_id: int) -> bool:
    """Return whether the username is another user's, or was, regardless of case."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return bool(cursor.execute(_IS_TAKEN, {"username": username, "user": user_id}).fetchone())


def last_change(connection: Connection, user_id: int) -> datetime | None:
    """Return when the user last gave up a name. None if never."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        query = "SELECT max(given_up_at) FROM former_usernames WHERE user_id = %s"
        found: datetime | None = cursor.execute(query, (user_id,)).fetchone()
    return found


def rename(connection: Connection, user_id: int, username: str) -> bool:
    """Set the username. False if another transaction has just taken it; then the transaction must end."""
    try:
        connection.execute("UPDATE users SET username = %s WHERE id = %s", (username, user_id))
    except UniqueViolation:
        return False
    return True


def give_up(connection: Connection, user_id: int, username: str, at: datetime) -> None:
    """Reserve a name that the user no longer has."""
    query = "INSERT INTO former_usernames (username, user_id, given_up_at) VALUES (%s, %s, %s)"
    connection.execute(query, (username, user_id, at))


def take_back(connection: Connection, user_id: int, username: str) -> None:
    """Delete the reservation of a former name that the user has again."""
    query = "DELETE FROM former_usernames WHERE user_id = %s AND lower(username) = lower(%s)"
    connection.execute(query, (user_id, username))
