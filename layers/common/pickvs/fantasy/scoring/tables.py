"""Scoring tables by the words in which visitors and leagues name them: `weekend@1`, or the id of a league's own."""

from pickvs.core.database import Connection
from pickvs.core.errors import NotFound
from pickvs.fantasy.scoring import service
from pickvs.fantasy.scoring.presets import bodies
from pickvs.fantasy.scoring.requests import TableBody

MOST_DIGITS = 18
"""Digits of an id: more would not fit the database's bigint."""


def named_or_kept(connection: Connection, table: str) -> TableBody:
    """Return a table by its name and version, or by its id. Raises NotFound (SCORING_TABLE_NOT_FOUND)."""
    if table in bodies():
        return bodies()[table]
    if table.isascii() and table.isdigit() and len(table) <= MOST_DIGITS:
        return TableBody.model_validate(service.table(connection, int(table)).body)
    raise NotFound(
        "SCORING_TABLE_NOT_FOUND", f"There is no such scoring table. Choose {', '.join(bodies())}, or an id."
    )
