"""The SQL of the service's state."""

from pickvs.core.database import Connection


def schema_version(connection: Connection) -> str:
    """Return the version of the database schema."""
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row["version_num"]) if row else ""
