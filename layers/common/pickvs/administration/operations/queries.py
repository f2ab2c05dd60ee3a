"""The SQL of the operator's commands."""

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of


class RoleRow(TableRow, frozen=True):
    """A user and the role they have."""

    id: int
    username: str
    role: str


def lock_role(connection: Connection, username: str) -> RoleRow | None:
    """Return the user of this name, in any case, with the role as it stays until the transaction ends; None: nobody."""
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
    """Give the user a role."""
    connection.execute("UPDATE users SET role = %s WHERE id = %s", (role, user_id))
