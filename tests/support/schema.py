"""The newest version of the database schema, from the file names of the migrations."""

from pathlib import Path

NEWEST = max(path.name[:4] for path in Path(__file__).parents[2].glob("functions/migrate/versions/*.sql"))
