"""What a statement costs the server, counted in blocks: the same on every machine, whatever else it does."""

from typing import Any

import psycopg
from psycopg.sql import SQL

type Rows = psycopg.Connection[dict[str, Any]]


class Recording(psycopg.ClientCursor[Any]):
    """Keeps the last statement as the server got it."""

    sent = ""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "Recording":
        Recording.sent = self.mogrify(query, params)
        super().execute(query, params, **options)
        return self


def blocks(connection: Rows) -> int:
    """How many blocks of data and indexes the server reads for the statement that `Recording` saw last."""
    row = connection.execute(SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT json) ") + SQL(Recording.sent)).fetchone()
    assert row is not None
    plan = row["QUERY PLAN"][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
