"""The SQL of rotating the password."""

import psycopg
from psycopg import sql

from pickvs.core.database import Connection

_METHOD = b"scram-sha-256"
_TIMEOUT_MS = 10_000
_ONLY_PLAIN = "plaintext passwords"
"""Part of Neon's error, at the end of the transaction, for a verifier: it needs the password for its own records."""


def answers(connection: Connection) -> bool:
    """Return whether the server answers a query. A connection proves nothing: a pooler may accept it by itself."""
    row = connection.execute("SELECT 1 AS answer").fetchone()
    return row == {"answer": 1}


def change_password(connection: Connection, role: str, password: str) -> None:
    """Change the password of a role: this connection's own, or one that its role has created.

    Sends the SCRAM verifier that the server stores, not the password, because the server and proxies log statements.
    Only a server that insists on the password itself, as Neon does, gets it.
    """
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), _METHOD)
    try:
        _alter(connection, role, verifier.decode("ascii"))
    except psycopg.Error as error:
        if _ONLY_PLAIN not in str(error):
            raise
        _alter(connection, role, password)


def _alter(connection: Connection, role: str, password: str) -> None:
    with connection.transaction():
        connection.execute("SET TRANSACTION READ WRITE")  # the reader's transactions are not
        connection.execute("SELECT set_config('statement_timeout', %s, true)", (str(_TIMEOUT_MS),))
        # By name: Neon's server looks at the name in this statement, and CURRENT_USER has none.
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
