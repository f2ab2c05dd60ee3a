"""What an export is called, and when a database can take it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FORMAT: Literal[1] = 1
"""The version of the way in which exports are laid out."""

FOLDER = "exports"
"""What the names of all exported objects begin with."""

MANIFEST = "manifest.json.gz"
"""The object that says what the others are. It is written last, so without it there is no export."""

GZIP = 31
"""zlib's number for data with the head and the foot of gzip."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as an export takes it."""

    name: str
    columns: tuple[str, ...]
    """In their order, without those that the database generates."""
    checks_new_rows: bool
    """Whether a trigger compares what comes in with other tables, which then must be there."""


def export_name(taken_at: datetime) -> str:
    """Return the name of the export that shows the database at `taken_at` (UTC). Names sort by time."""
    return f"{taken_at:%Y-%m-%dT%H-%M-%SZ}"


def object_name(table: str) -> str:
    """Return the name of the object with a table's rows."""
    return f"{table}.copy.gz"


def loading_order(tables: Iterable[Table]) -> list[Table]:
    """Return the tables in an order in which they can be filled, foreign keys aside: those that check come last."""
    return sorted(tables, key=lambda table: (table.checks_new_rows, table.name))


def misfit(
    *,
    exported_version: str,
    exported: Mapping[str, Sequence[str]],
    version: str | None,
    tables: Iterable[Table],
    filled: Sequence[str],
) -> str | None:
    """Return why a database cannot take an export, in one sentence; None if it can.

    exported: the export's tables with their columns. version: the database's schema; None if it has none.
    filled: its tables that have rows.
    """
    if version is None:
        return "the database has no schema; run the function migrate first"
    if version != exported_version:
        return (
            f"the export is of schema version {exported_version} and the database of {version}; "
            "deploy the release that has the export's version, restore, and migrate then"
        )
    if filled:
        return f"the database is not empty: there are rows in {', '.join(filled)}"
    present = {table.name: table.columns for table in tables}
    different = sorted(
        name for name in present.keys() | exported.keys() if present.get(name) != tuple(exported.get(name, ()))
    )
    if different:
        return f"export and database do not have the same tables and columns: {', '.join(different)}"
    return None
