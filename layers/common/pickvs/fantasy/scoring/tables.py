"""Scoring tables by the words in which visitors and leagues name them: `weekend@1`, or the id of somebody's own."""

from pickvs.core.database import Connection
from pickvs.core.errors import NotFound
from pickvs.fantasy.scoring import queries
from pickvs.fantasy.scoring.queries import TableInStore

NAME_MAX = 60
"""Maximum length of a table's name in characters."""

NAME_PATTERN = r"^([a-z0-9_]{1,40}@[1-9][0-9]{0,8}|[1-9][0-9]{0,17})$"
"""Format of a table's name. A longer id would not fit the database's bigint."""

NAME_WORDS = "must be a name and version, such as weekend@1, or an id"
"""The format in words, for errors."""


def name_of(table: TableInStore) -> str:
    """Return the words that name a table."""
    return str(table.id) if table.name is None else f"{table.name}@{table.version}"


def kept(connection: Connection, name: str) -> TableInStore:
    """Return a table by its name and version, or by its id. name: matches NAME_PATTERN.

    Raises NotFound (SCORING_TABLE_NOT_FOUND).
    """
    if name.isdecimal():
        found = queries.tables(connection, [int(name)])
    else:
        found = [table for table in queries.named_tables(connection) if name_of(table) == name]
    if not found:
        raise NotFound(
            "SCORING_TABLE_NOT_FOUND", "There is no such scoring table. GET /scoring-tables has those for every league."
        )
    return found[0]
