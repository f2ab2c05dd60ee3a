"""Entries, builds and lineups: version 42 of the database."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Run the SQL file next to this one, without SQLAlchemy or the driver interpreting `%` and `:` as placeholders."""
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
