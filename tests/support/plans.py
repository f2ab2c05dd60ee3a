"""The cost of a statement in blocks, which is the same on every machine and under any load."""

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.sql import SQL

type Rows = psycopg.Connection[dict[str, Any]]


class Recording(psycopg.ClientCursor[Any]):
    """Records the last statement as it was sent to the server."""

    sent = ""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "Recording":
        Recording.sent = self.mogrify(query, params)
        super().execute(query, params, **options)
        return self


def blocks(connection: Rows) -> int:
    """Return the number of blocks that the server reads for the last statement of `Recording`."""
    plan = _plan(connection)
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def rows_read(connection: Rows, table: str) -> int:
    """Return the number of rows of a table that the server reads for the last statement of `Recording`."""
    return round(sum(_rows_read(_plan(connection), table)))


def _plan(connection: Rows) -> dict[str, Any]:
    sent = Recording.sent
    row = connection.execute(SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT json) ") + SQL(sent)).fetchone()
    Recording.sent = sent
    assert row is not None
    return dict(row["QUERY PLAN"][0]["Plan"])


def _rows_read(node: dict[str, Any], table: str) -> Iterator[float]:
    if node.get("Relation Name") == table:
        dropped = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        yield (node["Actual Rows"] + dropped) * node["Actual Loops"]
    for inner in node.get("Plans", ()):
        yield from _rows_read(inner, table)
