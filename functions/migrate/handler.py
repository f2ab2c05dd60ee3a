"""Migrates the database schema, loads the reference data, and gives the functions' roles their privileges.

The deployment invokes it before it updates other functions.
"""

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

from pickvs.core import clock
from pickvs.core.database import connected
from pickvs.core.errors import ConfigurationError
from pickvs.core.invocations import invocation
from pickvs.core.logging import logger
from pickvs.dfs.weather.service import keep_venues
from pickvs.fantasy.scoring.service import keep_presets
from pickvs.operations.database_roles import service as roles
from pickvs.sports.teams.reference import load_reference

_HERE = Path(__file__).parent
_ATTEMPTS = 5
_PAUSE_SECONDS = 1.0
"""Pause between attempts. Long enough for the transactions that wait for our locks to proceed."""


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Migrate to the newest version, settle the roles, and return `{"from", "to"}`. Idempotent.

    The roles stay as they are if the schema is newer than this release, whose list of privileges may lack tables.

    Lock timeouts and deadlocks with live traffic, which locks tables in any order, roll back the transaction and are
    retried. Any other error is raised and fails the deployment, so that new code never runs against an old schema.
    """
    for last in (*[False] * (_ATTEMPTS - 1), True):
        try:
            with connected() as connection:
                before, after = migrate(connection)
            break
        except (LockNotAvailable, DeadlockDetected) as error:
            if last:
                raise
            logger().warning("migration blocked by other transactions; retrying", extra={"error": type(error).__name__})
            time.sleep(_PAUSE_SECONDS)
    logger().info("schema migrated", extra={"from": before, "to": after})
    if after == newest_version():
        roles.settle()
    return {"from": before, "to": after}


def newest_version() -> str:
    """Return the newest version that this release knows."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        raise ConfigurationError("the migrate function contains no migrations")
    return newest


def migrate(direct: psycopg.Connection[Any]) -> tuple[str | None, str]:
    """Migrate the database to the newest version. Returns the versions before and after; None for an empty database.

    Loads the reference data of teams, and the scoring tables of fantasy leagues, in the same transaction. Leaves a
    database alone whose schema is newer than this release. Closes the connection.

    direct: a connection that does not go through the pooler.
    """
    config, newest = _config(), newest_version()
    engine = create_engine(
        "postgresql+psycopg://",
        poolclass=NullPool,
        # A connection with the driver's defaults: rows are tuples, and the first statement begins a transaction.
        creator=lambda: psycopg.Connection(direct.pgconn),
    )
    with engine.begin() as connection:
        # Serializes concurrent deployments. The lock is released with the transaction.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('pickvs-migrate'))")
        connection.exec_driver_sql("SET LOCAL lock_timeout = '4s'; SET LOCAL statement_timeout = '60s'")
        before = MigrationContext.configure(connection).get_current_revision()
        if before is not None and before > newest:
            # The release is being rolled back. The schema is not: it is compatible with the previous code (ADR 9).
            logger().warning("the schema is newer than this release and stays", extra={"at": before, "newest": newest})
            return before, before
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        # Also where the schema was at its newest version: the data may have changed.
        load_reference(direct, _HERE / "reference", clock.now())
        keep_presets(direct, clock.now())
        keep_venues(direct)
    return before, newest


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config
