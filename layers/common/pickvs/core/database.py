"""One PostgreSQL connection per execution environment, opened when first needed and revived when it died.

Functions go through a transaction pooler, so nothing here outlives a transaction: no prepared statements, no SET, no
session locks. A Lambda environment serves one request at a time; a pool of one would only add threads that freeze.
"""

import select
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from psycopg import conninfo
from psycopg.rows import dict_row

from pickvs.core.config import settings
from pickvs.core.errors import ConfigurationError, DatabaseUnavailable
from pickvs.core.secrets import get_secret

type Row = dict[str, Any]
type Connection = psycopg.Connection[Row]

_CONNECT: dict[str, str | int] = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "pickvs",
}

_open: Connection | None = None


@contextmanager
def transaction(
    *, statement_timeout_ms: int = 8_000, lock_timeout_ms: int = 4_000, snapshot: bool = False
) -> Iterator[Connection]:
    """Yield a connection inside one transaction: committed at the end of the block, rolled back by any error.

    statement_timeout_ms and lock_timeout_ms bound every statement in it. snapshot: it only reads, and all its
    statements see the database as it is at the first. Raises DatabaseUnavailable when no connection can be had or the
    one in use is lost.
    """
    try:
        with ExitStack() as stack:
            yield _begin(stack, statement_timeout_ms, lock_timeout_ms, snapshot=snapshot)
    except psycopg.OperationalError as error:
        # Lost connections, time-outs and deadlocks: trying again soon may work. Nothing was done, except where the
        # connection was lost during COMMIT: then nobody knows, which is why every repeat must be harmless.
        raise DatabaseUnavailable("the database could not finish in time") from error


def close() -> None:
    """Close the connection, if one is open; the next transaction opens another."""
    global _open  # noqa: PLW0603 - one connection per execution environment is the design
    if _open is not None:
        _open.close()
        _open = None


def _begin(stack: ExitStack, statement_timeout_ms: int, lock_timeout_ms: int, *, snapshot: bool) -> Connection:
    """Open a transaction on the stack. A connection that died unseen is replaced once: nothing has run on it yet."""
    for last_try in (False, True):
        connection = _connection()
        try:
            with ExitStack() as attempt:
                attempt.enter_context(connection.transaction())
                if snapshot:
                    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                # set_config(…, true) is SET LOCAL: the only kind of setting that is safe behind a transaction pooler.
                connection.execute(
                    "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true)",
                    (str(statement_timeout_ms), str(lock_timeout_ms)),
                )
                stack.push(attempt.pop_all())
                return connection
        except psycopg.OperationalError as error:
            close()
            if last_try:
                raise DatabaseUnavailable("the database cannot be reached") from error
    raise AssertionError("the second try returns or raises")


def _connection() -> Connection:
    global _open  # noqa: PLW0603
    if _open is not None and _is_dead(_open):
        close()
    if _open is None:
        _open = _connect()
    return _open


def _connect() -> Connection:
    url = get_secret(settings().database_secret).get("url", "")
    if not url:
        raise ConfigurationError("the database secret has no field 'url'; put the connection string there")
    try:
        return psycopg.connect(
            conninfo.make_conninfo(url, **_CONNECT), autocommit=True, prepare_threshold=None, row_factory=dict_row
        )
    except psycopg.OperationalError as error:
        # The driver's text may repeat host and user; what the caller may know is that it failed.
        raise DatabaseUnavailable("the database cannot be reached") from error
    except psycopg.ProgrammingError:
        raise ConfigurationError("the database secret's 'url' is not a connection string") from None


def _is_dead(connection: Connection) -> bool:
    if connection.closed or connection.broken:
        return True
    # An idle connection has nothing to say: a readable socket means that the server hung up while we were frozen.
    # poll, for select refuses descriptors above 1023.
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
