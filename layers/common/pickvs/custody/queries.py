"""The SQL of a password's replacement."""

from psycopg import sql

from pickvs.core.database import Connection

_METHOD = b"scram-sha-256"
_TIMEOUT_MS = 10_000


def answers(connection: Connection) -> bool:
    """Return whether the server answers a question, and not only the knock: a pooler may do that by itself."""
    row = connection.execute("SELECT 1 AS answer").fetchone()
    return row == {"answer": 1}


def change_password(connection: Connection, password: str) -> None:
    """Give the role of this connection another password.

    What is sent is what the server will keep, from which nobody gets the password: statements are logged, by the server
    and on the way to it.
    """
    role = connection.info.user.encode()
    verifier = connection.pgconn.encrypt_password(password.encode(), role, _METHOD)
    with connection.transaction():
        connection.execute("SELECT set_config('statement_timeout', %s, true)", (str(_TIMEOUT_MS),))
        connection.execute(sql.SQL("ALTER ROLE CURRENT_USER PASSWORD {}").format(sql.Literal(verifier.decode("ascii"))))
