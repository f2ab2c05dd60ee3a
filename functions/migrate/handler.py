"""Run by the deployment, before anything serves: brings the database schema up to date and says which version it is."""

import time
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import NullPool, create_engine

from pickvs.core.database import connected
from pickvs.core.errors import ConfigurationError
from pickvs.core.invocations import invocation
from pickvs.core.logging import logger

_HERE = Path(__file__).parent
_ATTEMPTS = 5
_PAUSE_SECONDS = 1.0
"""Longer than what waits for us takes to get its turn."""


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Migrate to the newest version and return `{"from", "to"}`; running it again changes nothing.

    Any error is raised: it fails the deployment, which is what stops the new code from meeting an old schema. But a
    lock that others do not give up in time, or a deadlock with them, only takes the whole transaction back: it is tried
    again, for what serves goes on meanwhile, and takes its tables in every order.
    """
    for last in (*[False] * (_ATTEMPTS - 1), True):
        try:
            with connected() as connection:
                before, after = migrate(connection)
            break
        except (LockNotAvailable, DeadlockDetected) as error:
            if last:
                raise
            logger().warning("others hold what is migrated; trying again", extra={"error": type(error).__name__})
            time.sleep(_PAUSE_SECONDS)
    logger().info("schema migrated", extra={"from": before, "to": after})
    return {"from": before, "to": after}


def migrate(direct: psycopg.Connection[Any]) -> tuple[str | None, str]:
    """Bring the database at the other end of a direct connection, not the pooler's, to the newest version.

    The connection is closed then. Returns the versions before and after; None is an empty database. A later version
    than any that is known here is left as it is: versions are numbered.
    """
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    newest = ScriptDirectory.from_config(config).get_current_head()
    if newest is None:
        raise ConfigurationError("the migrate function carries no migrations")
    engine = create_engine(
        "postgresql+psycopg://",
        poolclass=NullPool,
        # As the driver makes it by itself: rows are tuples, and transactions begin with the first statement.
        creator=lambda: psycopg.Connection(direct.pgconn),
    )
    with engine.begin() as connection:
        # Deployments that overlap wait for each other; the lock ends with the transaction.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('pickvs-migrate'))")
        connection.exec_driver_sql("SET LOCAL lock_timeout = '4s'; SET LOCAL statement_timeout = '60s'")
        before = MigrationContext.configure(connection).get_current_revision()
        if before is not None and before > newest:
            # A release is being rolled back. The schema never is, and suits the code before it (ADR 9).
            logger().warning("the schema is ahead of this release, and stays", extra={"at": before, "newest": newest})
            return before, before
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return before, newest
