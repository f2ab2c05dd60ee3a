"""The whole database as a value, for later comparison."""

from collections.abc import Collection
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import dict_row


def everything(url: str, *, but: Collection[str] = ("ingestion_runs",)) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables, sorted, except the tables in `but`. Every run adds a row to ingestion_runs."""
    with psycopg.connect(url) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT relname::text AS table_name FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1"
            )
            if name not in but
        ]
        return {
            table: connection.execute(
                sql.SQL("SELECT * FROM {table} ORDER BY {table}").format(table=sql.Identifier(table))
            ).fetchall()
            for table in tables
        }


def rows(url: str, query: LiteralString, *values: object) -> list[dict[str, Any]]:
    """Return the rows of a query, run on a new connection."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query, values).fetchall()


def row(url: str, query: LiteralString, *values: object) -> dict[str, Any]:
    """Return the only row of a query."""
    (only,) = rows(url, query, *values)
    return only
