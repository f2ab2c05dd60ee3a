"""The SQL of rotating the password."""

from psycopg import sql

from pickvs.core.database import Connection

_METHOD = b"scram-sha-256"
_TIMEOUT_MS = 10_000


def answers(connection: Connection) -> bool:
    """Return whether the server answers a query. A connection proves nothing: a pooler may accept it by itself."""
    row = connection.execute("SELECT 1 AS answer").fetchone()
    return row == {"answer": 1}


def change_password(connection: Connection, password: str) -> None:
    """Change the password of this connection's role.

    Sends the SCRAM verifier that the server stores, not the password, because the server and proxies log statements.
    """
    role = connection.info.user.encode()
    verifier = connection.pgconn.encrypt_password(password.encode(), role, _METHOD)
    with connection.transaction():
        connection.execute("SELECT set_config('statement_timeout', %s, true)", (str(_TIMEOUT_MS),))
        connection.execute(sql.SQL("ALTER ROLE CURRENT_USER PASSWORD {}").format(sql.Literal(verifier.decode("ascii"))))
