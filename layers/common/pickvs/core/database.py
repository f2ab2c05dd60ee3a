"""One PostgreSQL connection per execution environment, opened on first use and replaced if it is lost.

Behind a transaction pooler, such as Neon's, nothing may outlive a transaction: no prepared statements, no SET, no
session locks. The code obeys this with every server, except that it prepares statements where no pooler stands, so that
the server does not plan a statement at each use (ADR 22). There is no connection pool: a Lambda environment serves one
request at a time, and a pool would only add threads that Lambda freezes.
"""

import re
import select
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import conninfo
from psycopg.abc import PQGen
from psycopg.rows import dict_row

from pickvs.core.config import settings
from pickvs.core.database_address import connection_string
from pickvs.core.errors import ConfigurationError, DatabaseUnavailable, LoginRefused, PasswordRefused
from pickvs.core.logging import logger
from pickvs.core.redaction import redact
from pickvs.core.secrets import get_secret, get_secret_anew

type Row = dict[str, Any]
type Connection = psycopg.Connection[Row]

_CONNECT: dict[str, str | int] = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "pickvs",
}

_BEGIN_SECONDS = 22.0
"""Maximum time to begin a transaction, including secrets and connecting. An endpoint must respond within 25 s."""
_CONNECT_SECONDS = 10
"""Maximum time for one connection attempt."""
_WAKE_SECONDS = 20
"""Maximum time for one connection attempt to a server that pauses: Aurora takes up to 15 s to resume."""
_LEAST_SECONDS = 2
"""Minimum time left for another attempt: the driver rounds shorter timeouts up to this value."""
_UNHURRIED_SECONDS = 45
"""Maximum total time to connect for a function that no client waits for."""
_TURN_SECONDS = 5.0
"""Maximum time for BEGIN to complete. A pooler accepts every client and holds its first statement until a server
connection is free, for up to two minutes by default. No client waits that long for a response."""
_READ_ANEW_SECONDS = 5.0
"""Minimum interval between two uncached reads of the secret, so that a wrong password does not flood
Secrets Manager."""
_READING_SECONDS = 18.0
"""Maximum time of an uncached read: two requests, each of which times out after 9 s."""

_PREPARED_AFTER = 5
"""Executions of a statement on one connection after which it is prepared: the driver's default."""

_FULL = re.compile(r"connection slots|too many (clients|connections)|no more connections", re.IGNORECASE)
_NO_DATABASE = re.compile(r'database ".*" does not exist|no such database', re.IGNORECASE)
_PLAN_OUTDATED = re.compile(r"cached plan must not change result type")
_WRONG_PASSWORD = re.compile(r"password authentication failed|SASL authentication failed", re.IGNORECASE)
"""The words of PostgreSQL and Neon, and those of a PgBouncer that looks up passwords in the server."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Result of the last uncached read of a secret. `values` is empty if the read failed."""

    name: str
    at: float
    values: list[dict[str, str]]


class _Client(psycopg.Connection[Row]):
    """A connection with a deadline for the server's responses."""

    answers_by: float | None = None
    """Deadline (monotonic). After it, every exchange raises OperationalError and the connection must be closed.
    None means no limit."""
    is_taken: bool = False
    """Whether `transaction` has a transaction open on it."""
    after_commit: dict[str, Callable[[], None]]
    """What is to be done when the open transaction has committed, by a name for each."""

    def wait[Result](self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Wait for the server, until the deadline at most. psycopg calls this for every exchange."""
        if timeout is None and self.answers_by is not None:
            timeout = max(_left(self.answers_by), 0.0)
        return super().wait(gen, interval, timeout)


_open: _Client | None = None
_known: _Known | None = None


@contextmanager
def transaction(
    *, statement_timeout_ms: int = 8_000, lock_timeout_ms: int = 4_000, snapshot: bool = False
) -> Iterator[Connection]:
    """Yield a connection inside a transaction. Commits at the end of the block, and rolls back on any error.

    statement_timeout_ms, lock_timeout_ms: limits for each statement. snapshot: makes the transaction read-only, with
    all statements seeing the same snapshot (REPEATABLE READ). Raises DatabaseUnavailable if no connection is available,
    the connection is lost, a statement times out, a deadlock occurs, or a migration has changed what a prepared
    statement returns. Raises RuntimeError if a transaction is open.
    """
    if _open is not None and _open.is_taken:
        raise RuntimeError("a transaction is already open; the inner COMMIT would commit the outer one too")
    try:
        connection = _begin(statement_timeout_ms, lock_timeout_ms, snapshot=snapshot)
        connection.is_taken = True
        connection.after_commit = {}
        try:
            yield connection
            connection.commit()
        except BaseException:
            _roll_back(connection)
            raise
        finally:
            connection.is_taken = False
    except psycopg.OperationalError as error:
        # Lost connections, timeouts and deadlocks: a retry may succeed. Nothing was committed, unless the connection
        # was lost during COMMIT. In that case the outcome is unknown, so every operation must be safe to repeat.
        raise DatabaseUnavailable("the database could not finish in time") from error
    except psycopg.errors.FeatureNotSupported as error:
        if not _PLAN_OUTDATED.search(str(error)):
            raise
        close()  # the next transaction plans anew
        raise DatabaseUnavailable("a migration has changed a table; the statement must be planned anew") from error
    for name, act in connection.after_commit.items():
        try:
            act()
        except Exception as error:  # what was committed stays, so the caller must not repeat it
            logger().error("not done after the commit", extra={"act": name, "error": redact(repr(error))})


def after_commit(connection: Connection, name: str, act: Callable[[], None]) -> None:
    """Call `act` when the open transaction has committed, outside of it. Never, if the transaction is rolled back.

    An act with the same name replaces the earlier one. A failure is logged and not raised, and the process may end
    before the act. So nothing may depend on it alone: it hastens what a later run would do as well.

    Does nothing on a connection that `transaction` has not opened.
    """
    if isinstance(connection, _Client) and connection.is_taken:
        connection.after_commit[name] = act


def close() -> None:
    """Close the connection if one is open. The next transaction opens a new one."""
    global _open  # noqa: PLW0603 - one connection per execution environment is the design
    if _open is not None:
        _open.close()
        _open = None


@contextmanager
def connected(secret: Mapping[str, str] | None = None) -> Iterator[Connection]:
    """Yield a separate connection without a transaction, and close it at the end.

    For functions that no client waits for: allows the server time to resume.

    secret: fields of the secret to connect with. By default the configured database's secret, read again if the server
    rejects the password. Raises DatabaseUnavailable (including LoginRefused and PasswordRefused) and
    ConfigurationError.
    """
    by = time.monotonic() + _UNHURRIED_SECONDS
    connection = _dial(by, _UNHURRIED_SECONDS) if secret is None else _connected(secret, by, _UNHURRIED_SECONDS)
    try:
        yield connection
    finally:
        connection.close()


def _begin(statement_timeout_ms: int, lock_timeout_ms: int, *, snapshot: bool) -> _Client:
    """Begin a transaction. If the connection turns out to be lost, replace it once: nothing has run on it yet."""
    # One round trip. SET LOCAL is the only kind of SET that is safe behind a transaction pooler. PostgreSQL returns
    # timestamps in the session's time zone, so it must be UTC.
    begin = (
        f"BEGIN{' ISOLATION LEVEL REPEATABLE READ, READ ONLY' if snapshot else ''};"
        f" SET LOCAL statement_timeout = {statement_timeout_ms:d}; SET LOCAL lock_timeout = {lock_timeout_ms:d};"
        " SET LOCAL TimeZone = 'UTC'"
    ).encode()
    by = time.monotonic() + _BEGIN_SECONDS
    for last_try in (False, True):
        connection = _connection(by)
        try:
            connection.answers_by = min(time.monotonic() + _TURN_SECONDS, by)
            connection.execute(begin)
            connection.answers_by = None
        except psycopg.OperationalError as error:
            close()
            if last_try or _left(by) < _LEAST_SECONDS:
                raise DatabaseUnavailable("the database cannot be reached") from error
        except BaseException:
            close()  # the transaction may have begun
            raise
        else:
            return connection
    raise AssertionError("the second try returns or raises")


def _roll_back(connection: _Client) -> None:
    """Roll back. A failure to do so closes the connection and is not raised, so as not to hide the original error."""
    try:
        connection.rollback()
    except psycopg.Error:
        close()


def _connection(by: float) -> _Client:
    global _open  # noqa: PLW0603
    if _open is not None and _is_dead(_open):
        close()
    if _open is None:
        _open = _dial(by, _WAKE_SECONDS if settings().database_tls == "rds-roots" else _CONNECT_SECONDS)
    return _open


def _dial(by: float, longest: int) -> _Client:
    """Connect to the configured database before the deadline `by`, with at most `longest` seconds per attempt.

    If the login is refused, the cached password may be outdated, or a rotation may be changing it. Then tries the
    secret's current value, read anew, and its pending value.
    """
    name = settings().database_secret
    tried = [get_secret(name)]
    try:
        return _connected(tried[0], by, longest)
    except LoginRefused as error:
        refused = error
    try:
        known = _read_anew(name, by)
    except ConfigurationError as error:
        raise LoginRefused(f"{refused}; {error}") from refused
    for secret in known:
        if secret in tried or _left(by) < _LEAST_SECONDS:
            continue
        tried.append(secret)
        try:
            return _connected(secret, by, longest)
        except LoginRefused as error:
            refused = error
    raise refused


def _read_anew(name: str, by: float) -> list[dict[str, str]]:
    global _known  # noqa: PLW0603
    if _known is not None and _known.name == name and _left(_known.at + _READ_ANEW_SECONDS) > 0:
        return _known.values
    if _left(by) < _READING_SECONDS:
        return []
    values: list[dict[str, str]] = []
    try:
        values = get_secret_anew(name)
    finally:
        _known = _Known(name, time.monotonic(), values)
    return values


def _connected(secret: Mapping[str, str], by: float, longest: int) -> _Client:
    """Connect with the fields of `secret`. Allows each address of the host `longest` seconds, until the deadline."""
    address = connection_string(secret, settings().database_tls)
    failed: psycopg.OperationalError | None = None
    try:
        for parameters in conninfo.conninfo_attempts(conninfo.conninfo_to_dict(address)):
            seconds = min(longest, int(_left(by)))
            if seconds < _LEAST_SECONDS:
                break
            one = conninfo.make_conninfo("", **{**parameters, **_CONNECT, "connect_timeout": seconds})
            try:
                return _Client.connect(
                    one,
                    autocommit=True,
                    prepare_threshold=None if settings().database_pooled else _PREPARED_AFTER,
                    row_factory=dict_row,
                )
            except psycopg.OperationalError as error:
                failed = error
                if error.pgconn is not None and error.pgconn.used_password:
                    break  # the server itself refused; its other addresses would do the same
    except psycopg.OperationalError as error:
        failed = error  # the host has no address
    raise _refusal(failed) from failed


def _refusal(error: psycopg.OperationalError | None) -> DatabaseUnavailable:
    """Return the error for a failed connection attempt.

    Matches the message text: libpq reports no SQLSTATE here, and poolers differ in their wording. Does not repeat the
    driver's message, which may contain host and user.
    """
    if error is None:
        return DatabaseUnavailable("the database cannot be reached in time")
    if _FULL.search(str(error)):
        return DatabaseUnavailable("the database has no free connections")
    if _NO_DATABASE.search(str(error)):
        return DatabaseUnavailable("the server has no database with the name in the database secret")
    if error.pgconn is None or not error.pgconn.used_password:
        return DatabaseUnavailable("the database cannot be reached")
    kind = PasswordRefused if _WRONG_PASSWORD.search(str(error)) else LoginRefused
    return kind("the database refused the login with the password in its secret")


def _left(by: float) -> float:
    return by - time.monotonic()


def _is_dead(connection: Connection) -> bool:
    if connection.closed or connection.broken:
        return True
    # The server sends nothing on an idle connection. A readable socket means that it closed the connection while the
    # environment was frozen. poll, because select rejects descriptors above 1023.
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
