"""The cost of a statement in blocks, which is the same on every machine and under any load."""

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
    row = connection.execute(SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT json) ") + SQL(Recording.sent)).fetchone()
    assert row is not None
    plan = row["QUERY PLAN"][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
