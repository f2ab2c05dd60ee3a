"""The SQL of the operator's commands."""

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of


class RoleRow(TableRow, frozen=True):
    """A user and their role."""

    id: int
    username: str
    role: str


def lock_role(connection: Connection, username: str) -> RoleRow | None:
    """Return the user with this name (case-insensitive) and lock the row. None if there is no such user."""
    with connection.cursor(row_factory=row_of(RoleRow)) as cursor:
        return cursor.execute(
            """
            SELECT id, username, role FROM users
            WHERE lower(username) = lower(%s) AND erased_at IS NULL
            FOR NO KEY UPDATE
            """,
            (username,),
        ).fetchone()


def set_role(connection: Connection, user_id: int, role: str) -> None:
    """Set a user's role."""
    connection.execute("UPDATE users SET role = %s WHERE id = %s", (role, user_id))
