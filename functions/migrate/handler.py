"""Run by the deployment, before anything serves: brings the database schema up to date and says which version it is."""

from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

from pickvs.core.database import connected
from pickvs.core.errors import ConfigurationError
from pickvs.core.invocations import invocation
from pickvs.core.logging import logger

_HERE = Path(__file__).parent


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Migrate to the newest version and return `{"from", "to"}`; running it again changes nothing.

    Any error is raised: it fails the deployment, which is what stops the new code from meeting an old schema.
    """
    with connected() as connection:
        before, after = migrate(connection)
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
