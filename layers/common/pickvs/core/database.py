"""One PostgreSQL connection per execution environment, opened when first needed and revived when it died.

Where a transaction pooler stands before the server, as at Neon, nothing may outlive a transaction: no prepared
statements, no SET, no session locks. So it is everywhere. A Lambda environment serves one request at a time; a pool of
one would only add threads that freeze.
"""

import re
import select
import time
from collections.abc import Iterator, Mapping
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
"""How long a transaction may take to begin, whatever has to be done for it: an endpoint has 25 s, and must answer."""
_CONNECT_SECONDS = 10
"""How long one attempt to connect may take."""
_WAKE_SECONDS = 20
"""The same where the server sleeps: Aurora needs up to 15 s."""
_LEAST_SECONDS = 2
"""With less than this left, nothing is tried any more: a time limit is never shorter to the driver."""
_UNHURRIED_SECONDS = 45
"""How long a function that nobody waits for may take to connect, all told."""
_TURN_SECONDS = 5.0
"""A pooler takes every client in, and lets one wait at its first statement until a server is free, or is there again:
two minutes, if asked to. So long does nobody wait for an answer."""
_READ_ANEW_SECONDS = 5.0
"""No sooner is the secret read again because a password was refused: a wrong one must not become a storm."""
_READING_SECONDS = 18.0
"""How long reading it again takes at worst: two questions, each of which is given up after 9 s."""

_FULL = re.compile(r"connection slots|too many (clients|connections)|no more connections", re.IGNORECASE)
_NO_DATABASE = re.compile(r'database ".*" does not exist|no such database', re.IGNORECASE)
_WRONG_PASSWORD = re.compile(r"password authentication failed", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a secret held when it was last read anew; nothing if it could not be read."""

    name: str
    at: float
    values: list[dict[str, str]]


class _Client(psycopg.Connection[Row]):
    """A connection whose server can be given a time to answer by."""

    answers_by: float | None = None
    """The moment (monotonic) after which every exchange raises OperationalError, and it must be closed; None is no
    limit."""
    is_taken: bool = False
    """Whether a transaction of ours is open on it."""

    def wait[Result](self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Wait for an answer, as psycopg does whenever it needs one."""
        if timeout is None and self.answers_by is not None:
            timeout = max(_left(self.answers_by), 0.0)
        return super().wait(gen, interval, timeout)


_open: _Client | None = None
_known: _Known | None = None


@contextmanager
def transaction(
    *, statement_timeout_ms: int = 8_000, lock_timeout_ms: int = 4_000, snapshot: bool = False
) -> Iterator[Connection]:
    """Yield a connection inside one transaction: committed at the end of the block, rolled back by any error.

    statement_timeout_ms and lock_timeout_ms bound every statement in it. snapshot: it only reads, and all its
    statements see the database as it is at the first. Raises DatabaseUnavailable when no connection can be had or the
    one in use is lost.
    """
    if _open is not None and _open.is_taken:
        raise RuntimeError("a transaction is open already; its COMMIT would come with the inner one's")
    try:
        connection = _begin(statement_timeout_ms, lock_timeout_ms, snapshot=snapshot)
        connection.is_taken = True
        try:
            yield connection
            connection.commit()
        except BaseException:
            _roll_back(connection)
            raise
        finally:
            connection.is_taken = False
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


@contextmanager
def connected(secret: Mapping[str, str] | None = None) -> Iterator[Connection]:
    """Yield a connection of its own, with no transaction open; it is closed at the end.

    secret: what to connect by; without it that of the configured database, read again if the password is refused.
    For functions that nobody waits for: it gives the server time to wake up. Raises DatabaseUnavailable, LoginRefused
    and PasswordRefused among it, and ConfigurationError.
    """
    by = time.monotonic() + _UNHURRIED_SECONDS
    connection = _dial(by, _UNHURRIED_SECONDS) if secret is None else _connected(secret, by, _UNHURRIED_SECONDS)
    try:
        yield connection
    finally:
        connection.close()


def _begin(statement_timeout_ms: int, lock_timeout_ms: int, *, snapshot: bool) -> _Client:
    """Open a transaction. A connection that died unseen is replaced once: nothing has run on it yet."""
    # All in one exchange. SET LOCAL is the only kind of setting that is safe behind a transaction pooler. Moments come
    # in the zone of the session, and leave as they came: in UTC.
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
            close()  # it may have begun
            raise
        else:
            return connection
    raise AssertionError("the second try returns or raises")


def _roll_back(connection: _Client) -> None:
    """End the transaction without a trace. What is in the way of that must not hide the error that led here."""
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
    """Return a connection to the configured database, made until the moment `by`, each attempt within `longest` s.

    If it is refused, the password may have been changed since the secret was read, or just now, by a rotation that is
    under way: what the secret holds by now is tried too, and what it is about to hold.
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
    """Return a connection by what `secret` holds. Each address of the host has `longest` s, and all end at `by`."""
    address = connection_string(secret, settings().database_tls)
    failed: psycopg.OperationalError | None = None
    try:
        for parameters in conninfo.conninfo_attempts(conninfo.conninfo_to_dict(address)):
            seconds = min(longest, int(_left(by)))
            if seconds < _LEAST_SECONDS:
                break
            one = conninfo.make_conninfo("", **{**parameters, **_CONNECT, "connect_timeout": seconds})
            try:
                return _Client.connect(one, autocommit=True, prepare_threshold=None, row_factory=dict_row)
            except psycopg.OperationalError as error:
                failed = error
                if error.pgconn is not None and error.pgconn.used_password:
                    break  # the server's own answer, which its other addresses would repeat
    except psycopg.OperationalError as error:
        failed = error  # the host has no address
    raise _refusal(failed) from failed


def _refusal(error: psycopg.OperationalError | None) -> DatabaseUnavailable:
    """Return what an attempt that failed means.

    No SQLSTATE comes out of it, and each pooler has words of its own; the driver's may repeat host and user.
    """
    if error is None:
        return DatabaseUnavailable("the database cannot be reached in time")
    if _FULL.search(str(error)):
        return DatabaseUnavailable("the database has no connection left for us")
    if _NO_DATABASE.search(str(error)):
        return DatabaseUnavailable("the server has no database of the name that is in the database's secret")
    if error.pgconn is None or not error.pgconn.used_password:
        return DatabaseUnavailable("the database cannot be reached")
    kind = PasswordRefused if _WRONG_PASSWORD.search(str(error)) else LoginRefused
    return kind("the database asked for the password of its secret, and did not let us in")


def _left(by: float) -> float:
    return by - time.monotonic()


def _is_dead(connection: Connection) -> bool:
    if connection.closed or connection.broken:
        return True
    # An idle connection has nothing to say: a readable socket means that the server hung up while we were frozen.
    # poll, for select refuses descriptors above 1023.
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
