"""The newest version of the database's schema, as the migrations' file names say."""

from pathlib import Path

NEWEST = max(path.name[:4] for path in Path(__file__).parents[2].glob("functions/migrate/versions/*.sql"))
