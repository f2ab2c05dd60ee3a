"""Overlapping deployments: real migrate functions, each in its own process, on a database that records them."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import NullPool, create_engine

from pickvs.core import database
from tests.support.database_roles import settle
from tests.support.functions import FUNCTIONS, load
from tests.support.processes import context, pool

_TOGETHER_SECONDS = 60
_STATEMENTS = 3
_GATE = 4711
_together: list[Barrier] = []

_WATCH = f"""
    CREATE SCHEMA watching;
    CREATE TABLE watching.commands (
        number bigint GENERATED ALWAYS AS IDENTITY, process integer DEFAULT pg_backend_pid(), tag text, object text
    );
    -- It waits at the gate for as long as it must, whatever the statement's own limit.
    CREATE FUNCTION watching.note() RETURNS event_trigger LANGUAGE plpgsql SET lock_timeout TO 0 AS $$
    BEGIN
        INSERT INTO watching.commands (tag, object)
        SELECT command_tag, object_identity FROM pg_event_trigger_ddl_commands()
        WHERE command_tag NOT IN ('GRANT', 'REVOKE');
        IF (SELECT count(*) >= {_STATEMENTS} FROM watching.commands) THEN
            PERFORM pg_advisory_xact_lock_shared({_GATE});
        END IF;
    END $$;
    CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watching.note();
"""


class Watched:
    """The database at `url`. It records schema changes, and each migration stops at a gate after a few statements."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(_WATCH)

    @contextmanager
    def gate(self) -> Iterator[None]:
        """Keep the gate closed during the block."""
        self._connection.execute("SELECT pg_advisory_lock(%s)", (_GATE,))
        try:
            yield
        finally:
            self._connection.execute("SELECT pg_advisory_unlock(%s)", (_GATE,))

    def wait_for(self, *, at_the_gate: int, before_the_lock: int) -> list[int]:
        """Wait until the given numbers of migrations wait at the gate and for another migration's lock.

        Returns the server processes of the migrations at the gate.
        """
        deadline = time.monotonic() + _TOGETHER_SECONDS
        while True:
            waiting = self._connection.execute(
                "SELECT pid, objid = %s FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", (_GATE,)
            ).fetchall()
            at_gate = [pid for pid, is_gate in waiting if is_gate]
            if (len(at_gate), len(waiting) - len(at_gate)) == (at_the_gate, before_the_lock):
                return at_gate
            assert time.monotonic() < deadline, waiting
            time.sleep(0.01)

    def end(self, process: int) -> None:
        """Terminate a server process, and wait until it has ended."""
        ended = self._connection.execute("SELECT pg_terminate_backend(%s, 5000)", (process,)).fetchone()
        assert ended == (True,)

    def done(self) -> list[tuple[str, str]]:
        """Return the committed schema changes, in order. Asserts that one process made all of them."""
        rows = self._connection.execute("SELECT process, tag, object FROM watching.commands ORDER BY number").fetchall()
        assert len({process for process, _, _ in rows}) == 1, rows
        return [(tag, name) for _, tag, name in rows]

    def close(self) -> None:
        self._connection.close()


@contextmanager
def watched(url: str, *, at: str | None) -> Iterator[Watched]:
    """Migrate the empty database at `url` to the version `at`, as a deployment of that time did, and watch it."""
    if at is not None:
        _migrate_to(url, at)
    found = Watched(url)
    try:
        yield found
    finally:
        found.close()


def _migrate_to(url: str, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FUNCTIONS / "migrate"))
    engine = create_engine("postgresql+psycopg://" + url.partition("://")[2], poolclass=NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


class Deployments:
    """Runs the migrate function's handler on the database at `url`. A context manager.

    `together` of them start at the same time. Each returns its result or the name of its error.
    """

    def __init__(self, url: str, *, together: int) -> None:
        method = context()
        self._processes = pool(2, method, _join, url, method.Barrier(together))

    def begin(self) -> Future[dict[str, Any]]:
        return self._processes.submit(_deploy)

    def __enter__(self) -> "Deployments":
        return self

    def __exit__(self, *_: object) -> None:
        self._processes.shutdown(cancel_futures=True)


def _join(url: str, barrier: Barrier) -> None:
    patch = pytest.MonkeyPatch()  # for the life of the process
    patch.setenv("DATABASE_SECRET_ARN", "test/database")
    patch.setenv("DATABASE_TLS", "off")
    patch.setattr(database, "get_secret", lambda _: {"url": url})
    patch.setattr(load("migrate/handler").roles, "settle", partial(settle, url))
    _together.append(barrier)


def _deploy() -> dict[str, Any]:
    _together[0].wait(timeout=_TOGETHER_SECONDS)
    try:
        return dict(load("migrate/handler").handler({}, None))
    except Exception as error:  # the driver's errors cannot be pickled
        return {"error": type(error).__name__}
