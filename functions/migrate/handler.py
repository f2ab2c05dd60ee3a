"""Run by the deployment, before anything serves: brings the database schema up to date and says which version it is."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

from pickvs.core.config import settings
from pickvs.core.errors import ConfigurationError
from pickvs.core.logging import logger
from pickvs.core.secrets import get_secret

_HERE = Path(__file__).parent


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Migrate to the newest version and return `{"from", "to"}`; running it again changes nothing.

    Any error is raised: it fails the deployment, which is what stops the new code from meeting an old schema.
    """
    url = get_secret(settings().database_secret).get("url", "")
    if not url:
        raise ConfigurationError("the direct database secret has no field 'url'; put the connection string there")
    before, after = migrate(url)
    logger().info("schema migrated", extra={"from": before, "to": after})
    return {"from": before, "to": after}


def migrate(url: str) -> tuple[str | None, str]:
    """Bring the database at `url` (a direct connection, not the pooler) to the newest version.

    Returns the versions before and after; None is an empty database.
    """
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    engine = create_engine(
        # SQLAlchemy's name for psycopg 3; what follows the scheme is libpq's own form.
        "postgresql+psycopg://" + url.partition("://")[2],
        poolclass=NullPool,
        connect_args={"connect_timeout": 10, "application_name": "pickvs-migrate"},
    )
    with engine.begin() as connection:
        # Deployments that overlap wait for each other; the lock ends with the transaction.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('pickvs-migrate'))")
        connection.exec_driver_sql("SET LOCAL lock_timeout = '4s'; SET LOCAL statement_timeout = '60s'")
        before = MigrationContext.configure(connection).get_current_revision()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    after = ScriptDirectory.from_config(config).get_current_head()
    if after is None:
        raise ConfigurationError("the migrate function carries no migrations")
    return before, after
