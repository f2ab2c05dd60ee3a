"""Names of exports, and the conditions for restoring one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FORMAT: Literal[1] = 1
"""Version of the export format."""

FOLDER = "exports"
"""Key prefix of all exported objects."""

MANIFEST = "manifest.json.gz"
"""Object that lists the others. It is written last, so an export without it is incomplete."""

REFERENCE_TABLES = frozenset({"teams", "team_names", "scoring_tables", "venues"})
"""Tables that the function migrate fills. A restored export replaces their rows: they are not in use."""

GZIP = 31
"""zlib's `wbits` for the gzip format."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table in an export."""

    name: str
    columns: tuple[str, ...]
    """In their order, without generated columns."""
    checks_new_rows: bool
    """Whether a trigger checks inserted rows against other tables, which must then be filled first."""
    checks_references: bool = False
    """Whether it checks them all at once, as a foreign key would. Those other tables may have triggers too."""


def export_name(taken_at: datetime) -> str:
    """Return the name of the export of the database at `taken_at` (UTC). Names sort by time."""
    return f"{taken_at:%Y-%m-%dT%H-%M-%SZ}"


def object_name(table: str) -> str:
    """Return the name of the object that holds a table's rows."""
    return f"{table}.copy.gz"


def loading_order(tables: Iterable[Table]) -> list[Table]:
    """Return the tables in loading order. Ignores foreign keys.

    Tables whose triggers check other tables come after all others. Those whose triggers stand for foreign keys come
    last: notices refer to users, whose names are checked against former names.
    """
    return sorted(tables, key=lambda table: (table.checks_references, table.checks_new_rows, table.name))


def misfit(
    *,
    exported_version: str,
    exported: Mapping[str, Sequence[str]],
    version: str | None,
    tables: Iterable[Table],
    filled: Sequence[str],
) -> str | None:
    """Return why a database cannot take an export, in one sentence. None if it can.

    exported: the export's tables with their columns. version: the database's schema version; None if it has none.
    filled: the database's tables that have rows, apart from REFERENCE_TABLES.
    """
    if version is None:
        return "the database has no schema; run the function migrate first"
    if version != exported_version:
        return (
            f"the export is of schema version {exported_version} and the database of {version}; "
            "deploy the release that has the export's version, restore, then migrate"
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
